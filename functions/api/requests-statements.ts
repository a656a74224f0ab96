/** What comes in about statements: what the file does not say of itself. */
import * as z from "zod";
import { OWN_ACCOUNTS } from "../domain/matching.ts";
import { MOST_STATEMENT_DAYS } from "../domain/statement.ts";
import { dayBounds } from "../domain/time.ts";

const day = (what: string) =>
  z
    .string(`${what} is text`)
    .refine((text) => dayBounds(text) !== null, `${what} is a day, written 2026-11-21`)
    .optional();

const DAY_MS = 86_400_000;

/** How many days a period holds; 1 where an end is missing or no day, which is complained of by itself. */
const daysOf = ({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): number => {
  const [first, last] = [from, to].map((text) => (text === undefined ? null : dayBounds(text)));
  return first && last ? (last.until - first.from) / DAY_MS : 1;
};

/** May be left out as a whole. */
export const statementRequest = () =>
  z
    .strictObject({
      shortcode: z
        .string("shortcode is text")
        .regex(/^\d{5,7}$/, "shortcode has 5 to 7 digits")
        .optional()
        .meta({ description: "Whose statement it is. Needed where the file does not say it.", examples: ["174379"] }),
      account: z
        .enum(OWN_ACCOUNTS, `account is one of ${OWN_ACCOUNTS.join(", ")}`)
        .optional()
        .meta({
          description:
            "Which of its accounts, where the file does not say it. Leave it out for an export of all accounts.",
          examples: ["utility"],
        }),
      from: day("from").meta({
        description: "The first Nairobi day of the export, where the file does not say it; with `to`.",
        examples: ["2026-11-20"],
      }),
      to: day("to").meta({ description: "Its last day, which it covers to the end.", examples: ["2026-11-20"] }),
    })
    .refine(({ from, to }) => (from === undefined) === (to === undefined), {
      path: ["to"],
      message: "from and to come together",
    })
    .refine((period) => daysOf(period) >= 1, {
      path: ["to"],
      message: "to is not before from",
    })
    .refine((period) => daysOf(period) <= MOST_STATEMENT_DAYS, {
      path: ["to"],
      message: `a statement covers at most ${MOST_STATEMENT_DAYS} days`,
    })
    .meta({ id: "StatementRequest" })
    .optional();
