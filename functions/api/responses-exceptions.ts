/** The shapes of exceptions: one in a list, and one with all that was done about it. */
import * as z from "zod";
import { AGE_BUCKETS, ENDINGS, EXCEPTION_STATUSES } from "../domain/exception-states.ts";
import { EXCEPTION_KINDS } from "../domain/payment-states.ts";
import { page, Time } from "./responses-page.ts";
import { Chain, TimelineEntry } from "./responses-timeline.ts";

const EndResource = z.object({
  kind: z.enum(ENDINGS).meta({ description: "`evidence`: M-PESA's own word ended it." }),
  note: z.string(),
  by: z.string(),
  at: Time,
});

export const ExceptionResource = z
  .object({
    id: z.string().meta({ examples: ["exc_4k9qdz1n7ah0xv3rw8gtb2jcf5"] }),
    object: z.literal("exception"),
    kind: z.enum(EXCEPTION_KINDS),
    status: z.enum(EXCEPTION_STATUSES).meta({ description: "What was resolved opens again when it happens again." }),
    age: z.enum(AGE_BUCKETS).meta({ description: "Since `opened_at`." }),
    transaction: z
      .string()
      .nullable()
      .meta({ description: "Null for what is about no transaction: a line of a statement that the ledger lacks." }),
    opened_at: Time,
    last_seen_at: Time,
    times: z.number().meta({ description: "How often it happened." }),
    owner: z.string().nullable(),
    resolution: EndResource.nullable().meta({ description: "Null while it is open." }),
    details: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .meta({ description: "What a statement said: file, row, receipt, amount. Empty where the timeline says it." }),
  })
  .meta({ id: "Exception" });
export type ExceptionResource = z.infer<typeof ExceptionResource>;

/** With its history. */
export const WorkedException = ExceptionResource.extend({
  chain: Chain,
  data: z.array(TimelineEntry).meta({ description: "Every time it happened, and all that was done about it." }),
}).meta({ id: "WorkedException" });
export type WorkedException = z.infer<typeof WorkedException>;

export const ExceptionList = page(ExceptionResource).meta({ id: "ExceptionList" });
