/**
 * Hands what does not fit to people. What must stay true: the same finding opens the same exception, however often a day is
 * looked at and whichever file the line came in; each storefront sees its own.
 */
import { explainException } from "../reconciliation/words.ts";
import type { EntryContent } from "../domain/history.ts";
import type { LineEntry } from "../domain/matching.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import { eachAtMost } from "../store/each-at-most.ts";
import type { ExceptionLedger, NewException } from "../store/exception-ledger.ts";
import type { RaisedException } from "./day-found.ts";
import type { Look } from "./look-at-day.ts";
import type { DayException } from "./match-day.ts";
import { AT_A_TIME, BY } from "./record-findings.ts";
import type { DayRun } from "./record-findings.ts";

export interface RaiseDeps {
  readonly exceptions: Pick<ExceptionLedger, "raise">;
  readonly log: Log;
  readonly count: Count;
}

/** Whose day it is. */
export interface DayOwner {
  readonly day: string;
  /** The shortcode's own storefront: what belongs to no transaction is theirs. */
  readonly storefront: string;
}

/** Exceptions that one run opens; a day with more has one cause, and thousands of them would bury every other. */
const MOST_RAISED = 1_000;

const nameOf = ({ receipt, kind }: LineEntry): string => `${receipt} ${kind}`;

type About = Pick<NewException, "storefront" | "about">;

/** One for each storefront that has a transaction in it; of a line alone, one for the shortcode's owner. */
const aboutOf = ({ ledger, lines }: DayException, look: Look, owner: DayOwner): readonly About[] => {
  const first = new Map<string, string>();
  for (const { id } of ledger) {
    const storefront = look.rows.get(id)?.storefront ?? owner.storefront;
    if (!first.has(storefront)) first.set(storefront, id);
  }
  if (first.size > 0)
    return [...first].map(([storefront, transactionId]) => ({ storefront, about: { transactionId } }));
  return lines.slice(0, 1).map((line) => ({ storefront: owner.storefront, about: { line: nameOf(line) } }));
};

const factsOf = (found: DayException, look: Look, { day }: DayOwner): EntryContent["facts"] => {
  const [line, entry] = [found.lines[0], found.ledger[0]];
  const statement = found.statement === null ? undefined : look.statements[found.statement]?.id;
  const receipt = line?.receipt ?? entry?.receipt;
  return {
    day,
    ...(statement === undefined ? {} : { statement }),
    ...(line ? { row: line.row, line_amount_cents: line.amount, line_kind: line.kind } : {}),
    ...(entry ? { amount_cents: entry.amount } : {}),
    ...(receipt === undefined || receipt === null ? {} : { receipt }),
    says: explainException(found),
  };
};

/** Each with the ids of its exceptions, in order. Rejects when the ledger can't be reached: raising again is safe. */
export const raiseExceptions =
  (deps: RaiseDeps) =>
  async (look: Look, owner: DayOwner, { at, requestId }: DayRun): Promise<readonly RaisedException[]> => {
    const raised = look.findings.exceptions.map((found) => ({ found, exceptions: new Array<string>() }));
    await eachAtMost(AT_A_TIME, raised.slice(0, MOST_RAISED), async ({ found, exceptions }) => {
      const facts = factsOf(found, look, owner);
      for (const about of aboutOf(found, look, owner)) {
        const { kind } = found;
        const result = await deps.exceptions.raise({
          ...about,
          ...{ kind, facts, source: "statement", at, by: BY, requestId },
        });
        exceptions.push(result.exception.id);
        if (result.raised === "known") continue;
        deps.log.warn("exception.opened", { exception: kind, day: owner.day });
        deps.count("ExceptionOpened");
      }
    });
    return raised;
  };
