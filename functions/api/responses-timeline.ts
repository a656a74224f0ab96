/** The shapes of histories: what happened, on whose word, and the proof that nobody touched it since. */
import * as z from "zod";
import { Time } from "./responses-page.ts";

export const TimelineEntry = z.object({
  at: Time,
  finding: z.string(),
  status: z.string().nullable().meta({ description: "The ledger's state after it; null when it stayed." }),
  source: z.string(),
  by: z.string(),
  request_id: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  exception: z.string().nullable(),
  evidence: z
    .unknown()
    .meta({ description: "The message it was read from, masked; null when there was none, or when it was erased." }),
  evidence_sha256: z.string().nullable(),
  digest: z.string(),
  previous: z.string().nullable(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const Chain = z.object({ intact: z.boolean(), head: z.string(), problem: z.string().nullable() });
export type Chain = z.infer<typeof Chain>;

export const KeptEntry = z.object({
  at: Time,
  finding: z.string(),
  source: z.string(),
  by: z.string(),
  request_id: z.string(),
  because: z.string().meta({ description: "Why it changed nothing." }),
  evidence: z.unknown(),
  evidence_sha256: z.string(),
});
