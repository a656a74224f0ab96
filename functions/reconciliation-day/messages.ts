/** What the queue of days carries: names, never facts. Whoever receives one looks at the ledger. */
import * as z from "zod";
import { dayBounds } from "../domain/time.ts";

/** A day of a shortcode that may be due to be closed: `day` is a Nairobi day, `yyyy-MM-dd`. */
export const DayMessage = z.object({
  shortcode: z.string().regex(/^\d{5,7}$/),
  day: z.string().refine((day) => dayBounds(day) !== null),
});
export type DayMessage = z.infer<typeof DayMessage>;
