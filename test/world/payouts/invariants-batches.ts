/**
 * What must be true of batches that have come to rest: counted to the shilling, ended once every row has, written down row
 * by row, and the same payroll never taken twice.
 */
import { BATCH_MOVES } from "../../../functions/domain/batch-states.ts";
import type { Batch } from "../../../functions/domain/batch.ts";
import { PAYOUT_FAILURES } from "../../../functions/domain/payout-failures.ts";
import type { Payout } from "../../../functions/domain/payout.ts";
import { keys } from "../../../functions/store/keys.ts";
import type { Ending, Ledger } from "./ending.ts";

/** The counters' attributes (functions/store/tally.ts): how many, and their cents. */
const COUNTERS = {
  succeeded: ["sc", "sa"],
  failed: ["fc", "fa"],
  cancelled: ["cc", "ca"],
  uncertain: ["uc", "ua"],
  stopped: ["tc", "ta"],
} as const;
type Counter = keyof typeof COUNTERS;

const countsAs = ({ state, failure, replacedBy }: Payout): readonly Counter[] => {
  if (replacedBy !== null) return [];
  if (state === "failed")
    return failure && PAYOUT_FAILURES[failure.code].halts !== null ? ["failed", "stopped"] : ["failed"];
  return state === "succeeded" || state === "cancelled" || state === "uncertain" ? [state] : [];
};

/** The counters in these places against a recount. */
function* aboutTally(
  name: string,
  places: readonly string[],
  { payouts, items }: { readonly payouts: readonly Payout[]; readonly items: Ledger["items"] },
): Generator<string> {
  for (const [counter, attributes] of Object.entries(COUNTERS)) {
    const counted = payouts.filter((payout) => countsAs(payout).some((each) => each === counter));
    const truth = [counted.length, counted.reduce((sum, { amount }) => sum + Number(amount), 0)];
    const told = attributes.map((attribute) =>
      places.reduce((sum, place) => sum + Number(items.get(place)?.[attribute]?.N ?? 0), 0),
    );
    if (told.join() !== truth.join())
      yield `${name}: ${counter} is counted as ${told.join("/")}, and is ${truth.join("/")}`;
  }
}

const hasEnded = ({ state }: Batch): boolean => BATCH_MOVES[state].length === 0;

function* aboutResults(batch: Batch, payouts: readonly Payout[], files: Ending["files"]): Generator<string> {
  const bytes = batch.resultsFile === null ? undefined : files.get(batch.resultsFile);
  if (!bytes) {
    yield `${batch.id} is completed, and its results are nowhere`;
    return;
  }
  const [, ...lines] = Buffer.from(bytes).toString("utf8").trim().split(/\r?\n/);
  if (lines.length !== batch.rows?.count) yield `${batch.id} has ${lines.length} results for ${batch.rows?.count} rows`;
  const told = lines.filter((line) => line.includes("succeeded")).length;
  const paid = payouts.filter(({ state }) => state === "succeeded").length;
  // What succeeds late succeeds after the file was written, and says so in an exception.
  if (told > paid) yield `${batch.id}: its results tell of ${told} payouts, and ${paid} succeeded`;
}

function* aboutBatch(batch: Batch, ending: Ending, ledger: Ledger): Generator<string> {
  const { id, state } = batch;
  const own = ledger.payouts.filter((payout) => payout.batch?.id === id);
  yield* aboutTally(id, keys.batchTallies(id), { payouts: own, items: ledger.items });
  if (!hasEnded(batch) && !own.some(ledger.isSeen) && !ledger.isSeen(batch)) yield `${id} is still ${state}`;
  if (state === "completed") yield* aboutResults(batch, own, ending.files);
  const places = new Map<string, string>();
  for (const payout of own) {
    const place = `${payout.batch?.position}/${payout.batch?.generation}`;
    if (places.has(place)) yield `${id}: row ${place} has two payouts`;
    places.set(place, payout.id);
  }
  for (const { id: old, state: ended, replacedBy } of own)
    if (
      replacedBy !== null &&
      ended !== "failed" &&
      !ledger.isSeen({ id: old, history: own.find((each) => each.id === old)?.history ?? [] })
    )
      yield `${old} is ${ended}, and ${replacedBy} was made in its place`;
}

/**
 * The same rows, handed in twice at once, are accepted once: the other is refused, or not one of its rows is left. A row whose
 * payout failed may come again: who handed it in first may have heard so before the second came through.
 */
function* aboutTwins({ scenario }: Ending, { batches, payouts }: Ledger): Generator<string> {
  for (const { reference, twin } of scenario.batches) {
    if (!twin) continue;
    const taken = batches.filter((batch) => batch.reference === reference && batch.rows !== null);
    const rows = taken.reduce((sum, batch) => sum + (batch.rows?.count ?? 0), 0);
    const planned = scenario.batches.find((plan) => plan.reference === reference)?.rows.length ?? 0;
    const wasCancelled = taken.some(({ state }) => state === "cancelled");
    const ids = new Set(taken.map(({ id }) => id));
    const unpaid = payouts.filter(
      ({ batch, state, replacedBy }) => batch && ids.has(batch.id) && state === "failed" && replacedBy === null,
    );
    if (!wasCancelled && rows - unpaid.length > planned) yield `${reference} was handed in twice and taken twice`;
  }
}

export function* aboutBatches(ending: Ending, ledger: Ledger): Generator<string> {
  for (const batch of ledger.batches) yield* aboutBatch(batch, ending, ledger);
  yield* aboutTwins(ending, ledger);
  const [shortcode] = ledger.payouts.map((payout) => payout.shortcode);
  if (shortcode === undefined) return;
  const singles = ledger.payouts.filter(({ batch }) => batch === null);
  yield* aboutTally("payouts of their own", keys.singleTallies(shortcode), { payouts: singles, items: ledger.items });
}
