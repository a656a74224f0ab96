/** What requests about reconciliations look like. */
import * as z from "zod";
import { dayBounds } from "../domain/time.ts";

const Shortcode = z
  .string()
  .regex(/^\d{5,7}$/, "5 to 7 digits")
  .meta({ description: "Whose; without it that of this stage's credentials." });

export const dayParams = () =>
  z.object({
    date: z
      .string()
      .refine((date) => dayBounds(date) !== null)
      .meta({ description: "A day in Nairobi, `yyyy-MM-dd`.", examples: ["2026-11-21"] }),
  });

export const dayQuery = () => z.strictObject({ shortcode: Shortcode.optional() });

export const monthQuery = () =>
  z.strictObject({
    month: z
      .string()
      .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "a month, yyyy-MM")
      .meta({ description: "Without it the month that it is in Nairobi.", examples: ["2026-11"] })
      .optional(),
    shortcode: Shortcode.optional(),
  });
