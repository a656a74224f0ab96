/**
 * Bugs that were planted, to see whether the world of days sees them. Each is a small change to one part that the processes
 * are made of, of the kind that a hurried edit makes. `NONE` changes nothing.
 */
import { PutItemCommand, TransactWriteItemsCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../../../functions/domain/clock.ts";
import { dayBounds, nairobiDay } from "../../../functions/domain/time.ts";
import type { CloseDay } from "../../../functions/reconciliation-day/close-day.ts";
import type { Look } from "../../../functions/reconciliation-day/look-at-day.ts";
import type { DayMatch } from "../../../functions/reconciliation-day/match-day.ts";
import type { raiseExceptions } from "../../../functions/reconciliation-day/raise-exceptions.ts";
import type { Queue } from "../../../functions/runtime/queue.ts";
import type { importStatement } from "../../../functions/statements-import/import-statement.ts";
import type { DayLedger } from "../../../functions/store/day-ledger.ts";
import type { StatementLedger } from "../../../functions/store/statement-ledger.ts";
import { NONE as NO_PAYMENT_BUG } from "../payments/planted.ts";
import type { Planted as PaymentBugs } from "../payments/planted.ts";

type LookAtDay = (name: Parameters<CloseDay>[0]) => Promise<Look>;
type Raise = ReturnType<typeof raiseExceptions>;
type Take = ReturnType<typeof importStatement>;

export interface Planted {
  readonly payments: PaymentBugs;
  readonly close: (close: CloseDay) => CloseDay;
  readonly look: (look: LookAtDay) => LookAtDay;
  readonly raise: (raise: Raise) => Raise;
  readonly days: (days: DayLedger) => DayLedger;
  readonly statements: (statements: StatementLedger) => StatementLedger;
  readonly take: (take: Take, statements: StatementLedger) => Take;
  /** What an import tells of its days by. */
  readonly tell: (queue: Queue) => Queue;
  /** By which clock yesterday is named. */
  readonly nightClock: (clock: Clock) => Clock;
  /** Which shortcodes a file may be of. */
  readonly ours: (shortcodes: readonly string[]) => readonly string[];
}

const same = <T>(value: T): T => value;

export const NONE: Planted = {
  payments: NO_PAYMENT_BUG,
  close: same,
  look: same,
  raise: same,
  days: same,
  statements: same,
  take: same,
  tell: same,
  nightClock: same,
  ours: same,
};

const HOUR_MS = 3_600_000;

/** A day's boundary as a server in UTC sees it. */
const inUtc: Planted["close"] = (close) => (day, run) => {
  const { from, until } = day.window;
  return close(
    {
      ...day,
      window: { from: from + 3 * HOUR_MS, until: until + 3 * HOUR_MS },
    },
    run,
  );
};

/** Exceptions of one kind taken for what they are not. */
const taking =
  (kind: Look["findings"]["exceptions"][number]["kind"]): Planted["look"] =>
  (look) =>
  async (name) => {
    const seen = await look(name);
    const { exceptions, matched } = seen.findings;
    const known = new Map(matched.map((match) => [match.line.receipt, match.ledger]));
    const believed = exceptions.flatMap((found): DayMatch[] => {
      const [line, ledger] = [found.lines[0], found.ledger[0] ?? known.get(found.lines[0]?.receipt ?? "")];
      if (found.kind !== kind || !line || !ledger) return [];
      return [
        {
          rule: "receipt",
          line,
          ledger,
          chargeRow: null,
          statement: found.statement ?? 0,
        },
      ];
    });
    const left = exceptions.filter((found) => found.kind !== kind);
    return {
      ...seen,
      findings: {
        ...seen.findings,
        matched: [...matched, ...believed],
        exceptions: left,
      },
    };
  };

const dayBefore = (day: string): string => nairobiDay((dayBounds(day)?.from ?? 0) - HOUR_MS);

type Send = (command: unknown) => Promise<unknown>;

const sending = (edit: (command: unknown) => unknown): PaymentBugs => ({
  ...NO_PAYMENT_BUG,
  send: (send: Send) => (command) => send(edit(command)),
});

/** Receipts that a statement's line brings are claimed by nobody. */
const unclaimed = (command: unknown): unknown => {
  if (!(command instanceof TransactWriteItemsCommand)) return command;
  const items = command.input.TransactItems ?? [];
  const fromLine = items.some(({ Put }) => JSON.stringify(Put?.Item?.["l"] ?? "").includes('"reconciliation"'));
  if (!fromLine) return command;
  const TransactItems = items.filter(({ Put }) => Put?.Item?.["pk"]?.S?.startsWith("receipt#") !== true);
  return new TransactWriteItemsCommand({ ...command.input, TransactItems });
};

const isException = (key: string | undefined): boolean => key?.startsWith("exc_") ?? false;

/** What somebody does about an exception is written over whatever it is by now; its value stays in use. */
const unseen = (command: unknown): unknown => {
  if (!(command instanceof UpdateItemCommand) || !isException(command.input.Key?.["pk"]?.S)) return command;
  const { ConditionExpression = "" } = command.input;
  return new UpdateItemCommand({
    ...command.input,
    ConditionExpression: `attribute_exists(pk) OR ${ConditionExpression}`,
  });
};

/** What matching finds is written whether or not it is there. */
const openedAnew = (command: unknown): unknown => {
  if (!(command instanceof PutItemCommand) || !isException(command.input.Item?.["pk"]?.S)) return command;
  const { TableName, Item } = command.input;
  return new PutItemCommand({ TableName, Item });
};

/** A day is written over whichever version it has by now; the value stays in use. */
const overAnyVersion = (command: unknown): unknown => {
  if (!(command instanceof PutItemCommand) || command.input.Item?.["pk"]?.S?.startsWith("day#") !== true)
    return command;
  const { ConditionExpression = "" } = command.input;
  return new PutItemCommand({
    ...command.input,
    ConditionExpression: `attribute_exists(pk) OR ${ConditionExpression}`,
  });
};

export const PLANTED = {
  /** Days run from midnight to midnight in UTC. */
  "days in UTC": { ...NONE, close: inUtc },
  /** Yesterday is the day before today in UTC. */
  "yesterday in UTC": {
    ...NONE,
    nightClock: (clock) => ({ now: () => clock.now() - 3 * HOUR_MS }),
  },
  /** A row that stands twice counts twice. */
  "a doubled row counted twice": { ...NONE, look: taking("duplicate_receipt") },
  /** Where amounts differ the receipt decides. */
  "a changed amount believed": { ...NONE, look: taking("amount_mismatch") },
  /** The statement of another business is taken in. */
  "a row of another shortcode taken": {
    ...NONE,
    ours: (shortcodes) => [...shortcodes, "600992"],
  },
  /** An import that breaks off says that the file is to blame. */
  "an import that dies refuses its file": {
    ...NONE,
    take: (take, statements) => async (id, run) => {
      try {
        await take(id, run);
      } catch {
        const refusal = {
          code: "unreadable",
          message: "The file could not be read.",
          row: null,
        };
        await statements.end(id, { ending: "refused", refusal }, 0);
      }
    },
  },
  /** Nobody is told of the days of an imported statement. */
  "an import that wakes nobody": {
    ...NONE,
    tell: () => ({ send: () => Promise.resolve() }),
  },
  /** What nobody knows the end of is left out of the day. */
  "uncertain payments left out": {
    ...NONE,
    look: (look) => async (name) => {
      const seen = await look(name);
      return { ...seen, findings: { ...seen.findings, open: [] } };
    },
  },
  /** What is found is told to nobody. */
  "findings that nobody sees": {
    ...NONE,
    raise: () => (look) => Promise.resolve(look.findings.exceptions.map((found) => ({ found, exceptions: [] }))),
  },
  /** An adjustment rewrites what the close said. */
  "a close rewritten": {
    ...NONE,
    days: (days) => ({
      ...days,
      write: (day) => days.write({ ...day, closed: day.current }),
    }),
  },
  /** Of two runs that close a day at once the slower one wins. */
  "a day written over": { ...NONE, payments: sending(overAnyVersion) },
  /** A day is matched with the statement of the day before. */
  "the statement of the day before": {
    ...NONE,
    statements: (statements) => ({
      ...statements,
      covering: (shortcode, day) => statements.covering(shortcode, dayBefore(day)),
    }),
  },
  /** Receipts that a statement's line brings are claimed by nobody. */
  "no claim for a statement's receipts": {
    ...NONE,
    payments: sending(unclaimed),
  },
  /** Two desks resolve one exception, each in its own words. */
  "two resolutions both kept": { ...NONE, payments: sending(unseen) },
  /** A finding opens its exception anew each time that it is found. */
  "findings opened anew": { ...NONE, payments: sending(openedAnew) },
} as const satisfies Readonly<Record<string, Planted>>;

export type PlantedName = keyof typeof PLANTED;
