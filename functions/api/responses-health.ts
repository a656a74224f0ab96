/** What the health routes answer. */
import * as z from "zod";
import { Time } from "./responses-page.ts";

export const Health = z.object({ status: z.literal("ok") }).meta({ id: "Health" });

const Works = z.enum(["works", "fails"]);

export const HealthReport = z
  .object({
    object: z.literal("health_report"),
    status: Works.meta({ description: "`fails` when any of the checks does." }),
    checked_at: Time,
    checks: z.array(
      z.object({
        name: z.string().meta({ examples: ["ledger"] }),
        status: Works,
        found: z.string().meta({ description: "In words.", examples: ["answers"] }),
        took_ms: z.int().nonnegative(),
        needed_for: z.string().meta({ description: "What stops when it fails." }),
      }),
    ),
  })
  .meta({ id: "HealthReport" });
