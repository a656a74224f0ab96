/**
 * Walks an index backwards in time over one or more partitions and merges what it finds, newest first. What must stay
 * true: no key is skipped and none is seen twice, however many share a millisecond; past a thousand in more than one
 * partition it says so and stops.
 */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import type { TABLES } from "./table.ts";
import { persist } from "./attempts.ts";
import { number, readNumber, readText, text } from "./attributes.ts";
import type { Position } from "./cursor.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { AT } from "./transaction-item.ts";

type TimedIndex = Exclude<(typeof TABLES)["transactions"]["indexes"][number], { name: "due" }>;

export interface Stretch {
  readonly index: TimedIndex["name"];
  /** Attribute of the index's partition key. */
  readonly key: TimedIndex["partitionKey"]["name"];
  readonly partitions: readonly string[];
  /** Epoch milliseconds, both inclusive. */
  readonly from: number;
  readonly to: number;
}

export interface Found {
  /** Newest first. */
  readonly keys: readonly Position[];
  /** Whether older keys are left. */
  readonly more: boolean;
}

/** Keys asked for beyond those wanted, for the ones that share a millisecond: few at first, many when that was too few. */
const SLACKS = [25, 1_000] as const;

/** How many whole months a listing without a beginning goes back. */
export const MONTHS = 12;
/** How many months one page looks through: all of such a listing, when they are empty. */
const MONTHS_PER_PAGE = MONTHS + 1;

interface Walk {
  readonly position: Position | null;
  readonly wanted: number;
}

const isAfter = (key: Position, position: Position | null): boolean =>
  position === null || key.at < position.at || (key.at === position.at && key.id < position.id);

const newestFirst = (a: Position, b: Position): number => b.at - a.at || (a.id < b.id ? 1 : -1);

interface Part {
  readonly partition: string;
  readonly limit: number;
  /** The key to begin after; null for the newest. */
  readonly after: Position | null;
}

const queryPartition = async (deps: LedgerDeps, stretch: Stretch, { partition, limit, after }: Part) => {
  const request = new QueryCommand({
    TableName: deps.tables.transactions,
    IndexName: stretch.index,
    KeyConditionExpression: `${stretch.key} = :key AND s BETWEEN :from AND :to`,
    ExpressionAttributeValues: {
      ":key": text(partition),
      ":from": number(stretch.from),
      ":to": number(stretch.to),
    },
    ScanIndexForward: false,
    Limit: limit,
    ...(after && {
      ExclusiveStartKey: { [AT.id]: text(after.id), [stretch.key]: text(partition), [AT.createdAt]: number(after.at) },
    }),
  });
  const { Items = [], LastEvaluatedKey } = await persist(deps, () => deps.dynamo.send(request));
  const keys = Items.map((item) => ({ at: readNumber(item, "s"), id: readText(item, "pk") }));
  return { keys, horizon: LastEvaluatedKey ? (keys.at(-1)?.at ?? stretch.to) : null };
};

const walkOnce = async (
  deps: LedgerDeps,
  stretch: Stretch,
  { position, wanted, slack }: Walk & { readonly slack: number },
): Promise<Found> => {
  const limit = wanted + slack;
  const answers = await Promise.all(
    stretch.partitions.map((partition) => queryPartition(deps, stretch, { partition, limit, after: null })),
  );
  // Where one partition was cut short, older keys of the others have to wait for it.
  const horizon = Math.max(-1, ...answers.map((answer) => answer.horizon ?? -1));
  const seen = answers
    .flatMap((answer) => answer.keys)
    .filter((key) => key.at > horizon && isAfter(key, position))
    .sort(newestFirst);
  return { keys: seen.slice(0, wanted), more: horizon >= 0 || seen.length > wanted };
};

/**
 * One partition alone is walked in the index's own order, which says where to go on among any number of equal times: the
 * payouts of a batch can share a reference and a millisecond by the thousand.
 */
const walkPartition = async (
  deps: LedgerDeps,
  { stretch, partition }: { readonly stretch: Stretch; readonly partition: string },
  { position, wanted }: Walk,
): Promise<Found> => {
  // A position outside the stretch is where an earlier stretch ended: this one begins with its newest.
  const after = position !== null && position.id !== "" && position.at <= stretch.to ? position : null;
  const { keys } = await queryPartition(deps, stretch, { partition, limit: wanted + 1, after });
  return { keys: keys.slice(0, wanted), more: keys.length > wanted };
};

/** The next `wanted` keys of a stretch after `position`; a crowded millisecond of many partitions takes a second query each. */
export const walkStretch = async (deps: LedgerDeps, stretch: Stretch, walk: Walk): Promise<Found> => {
  const to = Math.min(stretch.to, walk.position?.at ?? stretch.to);
  if (to < stretch.from) return { keys: [], more: false };
  const [partition, ...others] = stretch.partitions;
  if (partition !== undefined && others.length === 0)
    return walkPartition(deps, { stretch: { ...stretch, to }, partition }, walk);
  for (const slack of SLACKS) {
    const found = await walkOnce(deps, { ...stretch, to }, { ...walk, slack });
    if (found.keys.length > 0 || !found.more) return found;
  }
  throw new Error("more than a thousand items share one millisecond; narrow the listing by time, retrying won't help");
};

export interface Months {
  readonly from: number;
  readonly to: number;
  readonly position: Position | null;
  readonly wanted: number;
  /** The partitions of the UTC month of an instant. */
  readonly partitionsAt: (at: number) => readonly string[];
}

/** The first millisecond of the UTC month, `monthsBack` months before that of `at`. */
export const monthStart = (at: number, monthsBack = 0): number => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - monthsBack);
};

/** Walks `by_time` month by month, at most thirteen of them; `next` is where to go on, null when nothing is left. */
export const walkMonths = async (
  deps: LedgerDeps,
  months: Months,
): Promise<{ readonly keys: readonly Position[]; readonly next: Position | null }> => {
  const { from, wanted } = months;
  const keys: Position[] = [];
  let { position } = months;
  let to = Math.min(months.to, position?.at ?? months.to);
  for (let month = 0; month < MONTHS_PER_PAGE && to >= from; month += 1) {
    const start = Math.max(from, monthStart(to));
    const stretch = { index: "by_time", key: "t", partitions: months.partitionsAt(to), from: start, to } as const;
    const found = await walkStretch(deps, stretch, { position, wanted: wanted - keys.length });
    keys.push(...found.keys);
    position = keys.at(-1) ?? position;
    if (found.more || keys.length === wanted) return { keys, next: position };
    position = { at: start, id: "" };
    to = start - 1;
  }
  return { keys, next: to >= from ? position : null };
};
