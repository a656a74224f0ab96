/**
 * The child in which a large day is matched, alone, so that the peak of its memory is that of the matching. Both sides are
 * made while the engine reads them, as a parser would; making them once for nothing says how much of the time that was.
 * It writes what it measured as one line of JSON. The first argument is the number of transactions.
 */
import { performance } from "node:perf_hooks";
import process from "node:process";
import { MATCH_TOLERANCES } from "../functions/domain/matching.ts";
import { dayBounds } from "../functions/domain/time.ts";
import { match } from "../functions/reconciliation/match.ts";
import { makeDay } from "./matching-data.ts";
import { findingsOf, restIsPlain } from "./matching-found.ts";

const COUNT = 1_000_000;
const SEED = 20_261_121;

const window = dayBounds("2026-11-20");
if (window === null) throw new Error("the benchmark's day is not in the calendar");
const given = { seed: SEED, count: Number(process.argv[2] ?? COUNT), window };

interface Spent {
  readonly seconds: number;
  /** Of all threads, the collector's too: what a busy machine hardly moves. */
  readonly cpuSeconds: number;
}

const timed = <T>(work: () => T): { readonly result: T; readonly spent: Spent } => {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, spent: { seconds: (performance.now() - started) / 1_000, cpuSeconds: (user + system) / 1_000_000 } };
};

const making = timed(() => {
  const { ledger, lines } = makeDay(given);
  let cents = 0;
  for (const { amount } of ledger) cents += amount;
  for (const { amount } of lines) cents -= amount;
  return cents;
}).spent;

const { planted, ...day } = makeDay(given);
const { result: report, spent } = timed(() =>
  match({ ...day, account: "utility", window, tolerances: MATCH_TOLERANCES }),
);
const peakMegabytes = (process.resourceUsage().maxRSS * 1_024) / 1_000_000;

const { totals } = report;
const measured = {
  making,
  spent,
  peakMegabytes,
  rows: totals.ledger.count,
  lines: totals.lines.count,
  matched: totals.matched.count,
  findings: findingsOf(report, planted),
  nothingElse: restIsPlain(report, planted),
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
