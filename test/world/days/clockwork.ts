/**
 * The clocks of a world of days: the sweep, in the minutes in which anything is due, and the nights' closings, which begin
 * at two in the morning, sometimes late and sometimes twice.
 */
import { AT } from "../../../functions/store/transaction-item.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import { SWEEP_INTERVAL_MS } from "../payments/gateway.ts";
import type { BareWorld } from "./bare-world.ts";
import { CLOSING_MS, END_MS, MIDNIGHT_MS, START } from "./rates.ts";

const DAY_MS = 86_400_000;
/** Lambda's two further tries of what it was told of, and how long it waits before each. */
const RETRIES_MS = [0, 60_000, 120_000] as const;
const MOST_LATE_MS = 3_600_000;
const TWICE_WITHIN_MS = 20_000;

/** Does `run`, up to three times; whether it was done at all. */
export const asLambdaTries = async (
  { time }: Pick<BareWorld, "time">,
  run: () => Promise<unknown>,
): Promise<boolean> => {
  for (const waitMs of RETRIES_MS) {
    if (waitMs > 0) await time.wait(waitMs);
    try {
      await run();
      return true;
    } catch {
      continue;
    }
  }
  return false;
};

/** Starts the sweep at the next full minute in which something is due. */
export const startSweeps = (world: BareWorld, sweeper: (requestId: string) => Promise<unknown>): void => {
  const { time, engine, newName, whenChanged } = world;
  let planned = Infinity;
  const plan = (due: number): void => {
    const from = Math.max(due, time.now());
    const at = Math.ceil((from - START + 1) / SWEEP_INTERVAL_MS) * SWEEP_INTERVAL_MS + START;
    if (at >= planned || due === Infinity) return;
    planned = at;
    time.after(at - time.now(), () => void tick(at));
  };
  const earliest = (): number =>
    engine
      .all(TABLE_NAMES.transactions)
      .reduce((least, item) => (item[AT.dueKey] ? Math.min(least, Number(item[AT.checkAt]?.N)) : least), Infinity);
  const tick = async (at: number): Promise<void> => {
    if (at !== planned) return;
    planned = Infinity;
    await sweeper(newName()).catch(() => undefined);
    plan(earliest());
  };
  whenChanged(({ key, after }) => {
    if (key.startsWith("pay_") && after?.[AT.dueKey]) plan(Number(after[AT.checkAt]?.N));
  });
};

/** Has each night's days closed; gives how many nights were given up so far. */
export const startNights = (world: BareWorld, begin: (nothing: null) => Promise<unknown>): (() => number) => {
  const { time, rates, note } = world;
  const chance = world.own();
  let givenUp = 0;
  const run = async (): Promise<void> => {
    if (await asLambdaTries({ time }, () => begin(null))) return;
    givenUp += 1;
    note("a night's closing was given up");
  };
  for (let at = MIDNIGHT_MS + CLOSING_MS; at < END_MS; at += DAY_MS)
    time.after(at, () => {
      const { scheduleLate, scheduleTwice } = rates();
      const late = chance.happens(scheduleLate) ? chance.between(0, MOST_LATE_MS) : 0;
      time.after(late, () => void run());
      if (chance.happens(scheduleTwice)) time.after(late + chance.between(0, TWICE_WITHIN_MS), () => void run());
    });
  return () => givenUp;
};
