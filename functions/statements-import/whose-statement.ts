/**
 * Whose statement a file is, and for when: as the file says, or where it does not, as whoever handed it in said. What must
 * stay true: nothing is guessed; a file that says something else than the request is refused, because then one of the two
 * is not what somebody meant; and a file stands for no day that was not over when it was handed in, because it lacks the
 * rest of that day and would make it look as if M-PESA did.
 */
import type { OwnAccount } from "../domain/matching.ts";
import type { StatementHead } from "../domain/statement-line.ts";
import { MOST_STATEMENT_DAYS } from "../domain/statement.ts";
import type { AskedStatement, StatementContent } from "../domain/statement.ts";
import { dayBounds, nairobiDay, nairobiTime, utcIso } from "../domain/time.ts";
import { ImportRefused } from "./import-refused.ts";

export type Whose = Pick<StatementContent, "shortcode" | "account" | "accountName" | "from" | "until">;

export interface WhoseDeps {
  /** The shortcodes that the stage's credentials belong to. */
  readonly ours: readonly string[];
  /** Which account a text of the portal names; null for one that is not known. */
  readonly accountOf: (name: string) => OwnAccount | null;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const AGAIN = "Ask for a new statement and upload the file there.";

const isMidnight = (at: number): boolean => dayBounds(nairobiDay(at))?.from === at;

/** The portal names the last second of a period, or its last minute; this is the first moment behind it. */
const endOf = (last: number): number => (isMidnight(last + MINUTE_MS) ? last + MINUTE_MS : last + 1_000);

const contradiction = (what: string, said: string, asked: string): ImportRefused =>
  new ImportRefused(
    "contradicts_request",
    `The file is a statement of ${what} ${said}, and the request said ${asked}. ${AGAIN} Leave out what the file says itself.`,
  );

const shortcodeOf = (head: StatementHead, asked: AskedStatement, ours: readonly string[]): string => {
  if (head.shortcode !== null && asked.shortcode !== null && head.shortcode !== asked.shortcode)
    throw contradiction("shortcode", head.shortcode, asked.shortcode);
  const shortcode = head.shortcode ?? asked.shortcode;
  if (shortcode === null)
    throw new ImportRefused(
      "shortcode_missing",
      `The file does not say which shortcode it is of; statements of the portal's newer form never do. Ask for a new statement with \`shortcode\` and upload the file there.`,
    );
  if (!ours.includes(shortcode))
    throw new ImportRefused(
      "foreign_shortcode",
      `The statement is of shortcode ${shortcode}, and this gateway works for ${ours.join(" and ")}. Export the statement of that one.`,
    );
  return shortcode;
};

const accountOf = (
  head: StatementHead,
  asked: AskedStatement,
  named: WhoseDeps["accountOf"],
): Pick<Whose, "account" | "accountName"> => {
  const said = head.account === null ? null : named(head.account);
  if (said !== null && asked.account !== null && said !== asked.account)
    throw contradiction("the account", said, asked.account);
  return { account: said ?? asked.account, accountName: head.account };
};

const periodOf = (head: StatementHead, asked: AskedStatement): Pick<Whose, "from" | "until"> => {
  const said = head.from === null || head.to === null ? null : { from: head.from, until: endOf(head.to) };
  const meant = asked.from === null || asked.until === null ? null : { from: asked.from, until: asked.until };
  if (said && meant && (said.from !== meant.from || said.until !== meant.until))
    throw contradiction(
      "the period",
      `${utcIso(said.from)} to ${utcIso(said.until)}`,
      `${utcIso(meant.from)} to ${utcIso(meant.until)}`,
    );
  const period = said ?? meant;
  if (period === null)
    throw new ImportRefused(
      "period_missing",
      `The file does not say which days it covers; statements of the portal's newer form never do. Ask for a new statement with the \`from\` and \`to\` that it was exported with and upload the file there.`,
    );
  if (period.until <= period.from || period.until - period.from > MOST_STATEMENT_DAYS * DAY_MS)
    throw new ImportRefused(
      "period_too_long",
      `A statement covers at least a moment and at most ${MOST_STATEMENT_DAYS} days. Export it for fewer days at a time.`,
    );
  return period;
};

/** Throws ImportRefused. */
export const whoseStatement = (
  head: StatementHead,
  asked: AskedStatement,
  { ours, accountOf: named }: WhoseDeps,
): Whose => ({
  shortcode: shortcodeOf(head, asked, ours),
  ...accountOf(head, asked, named),
  ...periodOf(head, asked),
});

/** Throws ImportRefused for a period that went on when its statement was asked for. */
export const refuseUnfinished = ({ until }: Pick<Whose, "until">, askedAt: number): void => {
  if (until > askedAt)
    throw new ImportRefused(
      "day_not_over",
      `The statement covers the time until ${nairobiTime(until)} in Nairobi, and was handed in before that was over, at ${nairobiTime(askedAt)}: it can lack what came later. Export it again after the day is over, then ask for a new statement and upload the file there; or export only days that are over.`,
    );
};

/** The Nairobi days (`yyyy-MM-dd`) that lie wholly in a period and were over when its statement was asked for, in order. */
export const wholeDays = ({ from, until }: Pick<Whose, "from" | "until">, askedAt: number): readonly string[] => {
  const days: string[] = [];
  for (let at = from; at < until && days.length <= MOST_STATEMENT_DAYS; at += DAY_MS) {
    const day = nairobiDay(at);
    const bounds = dayBounds(day);
    if (bounds && bounds.from >= from && bounds.until <= Math.min(until, askedAt)) days.push(day);
  }
  return days;
};
