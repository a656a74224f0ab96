/** The shape of a dossier: a transaction's whole life, and those of what came of it. */
import * as z from "zod";
import { Time } from "./responses-page.ts";

const RELATIONS = ["refund", "refund_of", "merged_into", "part_of", "replaced_by"] as const;
export type Relation = (typeof RELATIONS)[number];

/** `timeline` is the shape of one life. */
export const dossierShape = <T extends z.ZodType>(timeline: T) =>
  z
    .object({
      object: z.literal("dossier"),
      made_at: Time,
      timeline,
      receipt: z
        .object({
          receipt: z.string(),
          claimed_by: z.string().nullable().meta({ description: "The transaction that holds the receipt's claim." }),
          is_ours: z.boolean().meta({ description: "Whether that is this transaction, as it always should be." }),
        })
        .nullable()
        .meta({ description: "Null while there is no receipt." }),
      related: z
        .array(z.object({ relation: z.enum(RELATIONS), timeline }))
        .meta({ description: "What came of it, or what it came of; the first ten." }),
      related_count: z.int().min(0),
    })
    .meta({ id: "Dossier" });
