/**
 * How many payouts of a batch, and single payouts of a shortcode, are how far, and the money they carry: counted as they
 * move, so nobody has to read a hundred thousand payouts to know. What must stay true: whoever moves a payout writes its
 * count in the same transaction, so a tally is always what a recount of the payouts would give.
 */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Count, Tally } from "../domain/batch.ts";
import { Cents } from "../domain/money.ts";
import { PAYOUT_FAILURES } from "../domain/payout-failures.ts";
import type { Payout } from "../domain/payout.ts";
import { maybeNumber, number, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readItems } from "./read.ts";
import { AT } from "./transaction-item.ts";

type Counted = Pick<Payout, "id" | "shortcode" | "batch" | "state" | "amount" | "failure" | "replacedBy" | "updatedAt">;

/** Attributes of a tally's item: how many, and their cents. `opened` counts single payouts alone. */
const BUCKETS = {
  succeeded: ["sc", "sa"],
  failed: ["fc", "fa"],
  cancelled: ["cc", "ca"],
  uncertain: ["uc", "ua"],
  stopped: ["tc", "ta"],
  opened: ["oc", "oa"],
} as const;
type Bucket = keyof typeof BUCKETS;
/** When it last changed, as whoever changed it last had the time; absent where an older version wrote. */
const CHANGED_AT = "at";

/** Where a payout counts. One that was replaced counts nowhere: the payout in its place does. */
const bucketsOf = ({ batch, state, failure, replacedBy }: Counted): readonly Bucket[] => {
  if (replacedBy !== null) return [];
  const opened = batch === null ? (["opened"] as const) : [];
  switch (state) {
    case "succeeded":
    case "cancelled":
    case "uncertain":
      return [...opened, state];
    case "failed":
      return failure && PAYOUT_FAILURES[failure.code].halts !== null
        ? [...opened, "failed", "stopped"]
        : [...opened, "failed"];
    case "queued":
    case "sending":
    case "accepted":
      return opened;
  }
};

const placeOf = ({ id, shortcode, batch }: Counted): string =>
  batch === null ? keys.singleTally(shortcode, id) : keys.batchTally(batch.id, batch.position);

/** A payout before and after a change; null before it was made. */
export interface Move {
  readonly before: Counted | null;
  readonly after: Counted;
}

/** What the moves add to the tallies, by item and attribute. */
const additions = (moves: readonly Move[]): ReadonlyMap<string, ReadonlyMap<string, number>> => {
  const tallies = new Map<string, Map<string, number>>();
  const add = (payout: Counted, sign: 1 | -1): void => {
    const place = placeOf(payout);
    const tally = tallies.get(place) ?? new Map<string, number>();
    tallies.set(place, tally);
    for (const [count, amount] of bucketsOf(payout).map((bucket) => BUCKETS[bucket])) {
      tally.set(count, (tally.get(count) ?? 0) + sign);
      tally.set(amount, (tally.get(amount) ?? 0) + sign * payout.amount);
    }
  };
  for (const { before, after } of moves) {
    if (before) add(before, -1);
    add(after, 1);
  }
  return tallies;
};

/** For a transaction: counts what moved; nothing when nothing is counted differently. */
export const tallyWrites = (table: string, moves: readonly Move[]): readonly TransactWriteItem[] =>
  [...additions(moves)].flatMap(([place, tally]) => {
    const changes = [...tally].filter(([, by]) => by !== 0);
    if (changes.length === 0) return [];
    return {
      Update: {
        TableName: table,
        Key: { [AT.id]: text(place) },
        UpdateExpression: `ADD ${changes.map(([name], index) => `${name} :${index}`).join(", ")} SET #at = :at`,
        ExpressionAttributeNames: { "#at": CHANGED_AT },
        ExpressionAttributeValues: {
          ...Object.fromEntries(changes.map(([, by], index) => [`:${index}`, number(by)])),
          ":at": number(Math.max(...moves.map(({ after }) => after.updatedAt))),
        },
      },
    };
  });

const bucketsIn = (items: readonly Item[]): ((bucket: Bucket) => Count) => {
  const sum = (name: string): number => items.reduce((total, item) => total + (maybeNumber(item, name) ?? 0), 0);
  return (bucket) => {
    const [count, amount] = BUCKETS[bucket];
    return { count: sum(count), amount: Cents.parse(sum(amount)) };
  };
};

/** One request. Each payout is counted as it was at one moment, not all of them at the same. */
export const readTally = async (deps: LedgerDeps, batchId: string): Promise<Tally> => {
  const items = await readItems(deps, keys.batchTallies(batchId));
  const bucket = bucketsIn(items);
  const changes = items.map((item) => maybeNumber(item, CHANGED_AT)).filter((at) => at !== null);
  return {
    succeeded: bucket("succeeded"),
    failed: bucket("failed"),
    cancelled: bucket("cancelled"),
    uncertain: bucket("uncertain"),
    stopped: bucket("stopped"),
    changedAt: changes.length === 0 ? null : Math.max(...changes),
  };
};

/** What single payouts of the shortcode may still draw, in cents: all that were made, less those that have ended. */
export const readInFlight = async (deps: LedgerDeps, shortcode: string): Promise<number> => {
  const bucket = bucketsIn(await readItems(deps, keys.singleTallies(shortcode)));
  const ended = (["succeeded", "failed", "cancelled"] as const).reduce((sum, name) => sum + bucket(name).amount, 0);
  return bucket("opened").amount - ended;
};
