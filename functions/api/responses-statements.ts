/** The shapes of statements: one in a list, one with the rows that could not be read, and one that waits for its file. */
import * as z from "zod";
import { OWN_ACCOUNTS } from "../domain/matching.ts";
import { STATEMENT_STATES } from "../domain/statement.ts";
import { page, Time } from "./responses-page.ts";

const Shillings = z.number().meta({ description: "Shillings, to the cent." });

const UnreadableRow = z.object({
  row: z.number().meta({ description: "As a spreadsheet numbers it." }),
  column: z.string().nullable().meta({ description: "Null when it is about the row as a whole." }),
  message: z.string().meta({ description: "What is wrong, and what to do." }),
});

export const StatementResource = z
  .object({
    id: z.string().meta({ examples: ["stm_4k9qdz1n7ah0xv3rw8gtb2jcf5"] }),
    object: z.literal("statement"),
    status: z.enum(STATEMENT_STATES).meta({ description: "`imported` and `refused` are final." }),
    shortcode: z.string().nullable(),
    account: z.enum(OWN_ACCOUNTS).nullable().meta({ description: "Null for an export of all accounts." }),
    from: Time.nullable().meta({ description: "It covers from here ..." }),
    until: Time.nullable().meta({ description: "... until here, not included. Midnight in Nairobi is 21:00 UTC." }),
    format: z.enum(["csv", "xlsx"]).nullable(),
    template: z.enum(["classic", "current"]).nullable().meta({ description: "The portal's older or newer form." }),
    rows_read: z.number().meta({ description: "How far an import has come; told every 50,000 rows." }),
    lines: z
      .number()
      .nullable()
      .meta({ description: "Rows that are lines of the statement. Null until it is imported." }),
    unreadable_rows: z.number().nullable().meta({ description: "Rows that could not be read; each is an exception." }),
    paid_in: Shillings.nullable(),
    withdrawn: Shillings.nullable().meta({ description: "Below zero, as on the statement." }),
    opening_balance: Shillings.nullable().meta({ description: "As the file says; null where it does not." }),
    closing_balance: Shillings.nullable(),
    closing_difference: Shillings.nullable().meta({
      description:
        "What the closing balance has more than the opening balance and all movements; 0 when the statement adds up.",
    }),
    balance_breaks: z.number().nullable().meta({
      description:
        "Lines whose balance does not follow from the line before them: something is missing, doubled or changed there.",
    }),
    first_break_row: z.number().nullable(),
    digest: z.string().nullable().meta({
      description: "Of what it says: equal for two statements that say the same, whatever their format.",
    }),
    duplicate_of: z
      .string()
      .nullable()
      .meta({ description: "The statement that said the same before; then this one has changed nothing." }),
    refusal: z
      .object({
        code: z.string().meta({ examples: ["period_missing"] }),
        message: z.string().meta({ description: "What is wrong with the file, and what to do." }),
        row: z.number().nullable(),
      })
      .nullable(),
    created_by: z.string().meta({ description: "Key that asked for it." }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "Statement" });
export type StatementResource = z.infer<typeof StatementResource>;

export const WholeStatement = StatementResource.extend({
  unreadable: z.array(UnreadableRow).meta({ description: "The first 1,000 rows that could not be read." }),
}).meta({ id: "WholeStatement" });
export type WholeStatement = z.infer<typeof WholeStatement>;

export const StartedStatement = StatementResource.extend({
  upload: z
    .object({
      url: z.string(),
      method: z.literal("PUT"),
      headers: z.record(z.string(), z.string()).meta({ description: "Exactly these." }),
      expires_at: Time,
    })
    .meta({ description: "Where to PUT the file, without an API key." }),
}).meta({ id: "StartedStatement" });
export type StartedStatement = z.infer<typeof StartedStatement>;

export const StatementList = page(StatementResource).meta({ id: "StatementList" });
