/**
 * What must be true of every write about a day, a statement or an exception. What must stay true: what a close said stays
 * said, and a day moves from one version to the next, or not at all; a statement ends once; an exception keeps all that was
 * ever done about it, and ends by somebody's word.
 */
import type { Exception } from "../../../functions/domain/exception.ts";
import type { ReconciledDay } from "../../../functions/domain/reconciled-day.ts";
import type { Item } from "../../../functions/store/attributes.ts";
import { readDayItem } from "../../../functions/store/day-item.ts";
import { readException } from "../../../functions/store/exception-item.ts";
import { readStatement } from "../../../functions/store/statement-item.ts";
import type { Change } from "../dynamo/table.ts";

interface Move<T> {
  readonly key: string;
  readonly before: T | null;
  readonly after: T;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function* aboutDay({ key, before, after }: Move<ReconciledDay>): Generator<string> {
  const version = before?.version ?? 0;
  if (after.version !== version + 1) yield `${key} went from version ${version} to ${after.version}`;
  if (before === null) {
    if (!same(after.closed, after.current)) yield `${key} was closed as something else than it is`;
    return;
  }
  if (!same(before.closed, after.closed) || before.closedAt !== after.closedAt)
    yield `${key}: what its close said was changed`;
  const [note] = after.adjustments.slice(-1);
  if (after.adjustments.length !== before.adjustments.length + 1 || !note)
    yield `${key} was changed without an adjustment`;
  else if (note.digest !== after.current.digest || !same(note.totals, after.current.totals))
    yield `${key} was adjusted to something else than it is`;
  if (before.current.digest === after.current.digest) yield `${key} was adjusted though nothing was found`;
}

function* aboutException({ key, before, after }: Move<Exception>): Generator<string> {
  const [was, is] = [before?.history ?? [], after.history];
  if (after.version !== (before?.version ?? 0) + 1)
    yield `${key} went from version ${before?.version ?? 0} to ${after.version}`;
  if (is.length !== was.length + 1) yield `${key} went from ${was.length} to ${is.length} entries`;
  if (was.some(({ digest }, place) => is[place]?.digest !== digest)) yield `${key} lost what was done about it`;
  const last = is.at(-1);
  if (last?.finding === "resolved" && before?.status !== "open") yield `${key} was resolved, and was resolved before`;
  if (last?.finding === "resolved" && last.by === "") yield `${key} was resolved by nobody`;
  if (before?.status === "resolved" && after.status === "open" && last?.finding !== "opened")
    yield `${key} was opened again, and nothing had happened`;
  if (before?.status === "open" && after.status === "resolved" && last?.finding !== "resolved")
    yield `${key} ended, and nobody said so`;
}

const ENDED: readonly string[] = ["imported", "refused"];

function* aboutStatement(key: string, before: Item | null, after: Item): Generator<string> {
  const [was, is] = [before && readStatement(before), readStatement(after)];
  if (was && ENDED.includes(was.state) && !same(was, is)) yield `${key} was ${was.state}, and was changed`;
}

interface Parts {
  readonly wrong: string[];
  readonly note: (what: string) => void;
  readonly now: () => number;
}

/** What a person with a look at the ledger would say of a day. */
const dayStory = ({ key, before, after }: Move<ReconciledDay>): string => {
  const { basis, totals } = after.current;
  const found = Object.values(totals.exceptions).reduce((sum, count) => sum + count, 0);
  const how = before === null ? "closed" : "adjusted";
  return `${key} ${how} by ${basis}, ${totals.received.amount / 100} received, ${found} exceptions`;
};

/** Looks at each write; gives what it remembers of them. */
export const createWatch = ({ wrong, note, now }: Parts) => {
  /** When each day was closed first, epoch milliseconds. */
  const closedAt = new Map<string, number>();
  /** When each statement was imported. */
  const imported = new Map<string, number>();

  const look = (key: string, before: Item | null, after: Item): void => {
    if (key.startsWith("day#")) {
      const move = {
        key,
        before: before && readDayItem(before),
        after: readDayItem(after),
      };
      wrong.push(...aboutDay(move));
      note(dayStory(move));
      if (before === null) closedAt.set(key, now());
    } else if (key.startsWith("exc_")) {
      const move = {
        key,
        before: before && readException(before),
        after: readException(after),
      };
      wrong.push(...aboutException(move));
      if (move.before?.status !== move.after.status)
        note(`${key} ${move.before?.status ?? "nothing"} -> ${move.after.status}, ${move.after.kind}`);
    } else {
      wrong.push(...aboutStatement(key, before, after));
      const [was, is] = [before && readStatement(before).state, readStatement(after)];
      if (was !== is.state)
        note(`${key} ${was ?? "nothing"} -> ${is.state} ${is.refusal?.code ?? is.duplicateOf ?? ""}`);
      if (is.state === "imported") imported.set(key, now());
    }
  };

  const changed = ({ key, before, after }: Change): void => {
    if (!/^(day#|exc_|stm_)/.test(key)) return;
    if (after === null) wrong.push(`${key} was deleted`);
    else look(key, before, after);
  };
  return { changed, closedAt, imported };
};
