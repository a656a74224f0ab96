/**
 * One kill test: a load, kills at random, a calm, and the verdict over the books. The gateway is whatever `rig` names, so
 * the short one in `npm test` and the long one by hand are the same.
 */
import { setTimeout as wait } from "node:timers/promises";

import type { SandboxControl } from "../../sandbox/control/client.ts";
import { createChance } from "../world/core/prng.ts";
import { readLedger, readTruth } from "./books.ts";
import type { Ledger, Truth } from "./books.ts";
import { calmDown } from "./calm.ts";
import type { Calm } from "./calm.ts";
import { startKiller } from "./killer.ts";
import type { Killed, KillerOptions } from "./killer.ts";
import { startLoad } from "./load.ts";
import { openMarket } from "./market.ts";
import { createOrders } from "./orders.ts";
import type { Order } from "./orders.ts";
import { judge } from "./verdict.ts";
import { createWire } from "./wire.ts";

export interface KillRun {
  readonly url: string;
  readonly simulatorUrl: string;
  readonly control: SandboxControl;
  readonly travel: (seconds: number) => Promise<void>;
  readonly seed: number;
  readonly loadMs: number;
  readonly orderEveryMs: number;
  readonly batchRows: number;
  readonly killEveryMs: readonly [number, number];
  /** Null never kills the whole sandbox. */
  readonly sandbox: KillerOptions["sandbox"];
  /** A line of what is happening. */
  readonly say: (line: string) => void;
}

export interface KillReport {
  readonly killed: Killed;
  readonly interrupted: number;
  readonly orders: readonly Order[];
  readonly truth: Truth;
  readonly ledger: Ledger;
  readonly calm: Calm;
  /** Empty when nothing was lost and nothing doubled. */
  readonly breaches: readonly string[];
}

const TELL_MS = 5_000;

export const runKills = async (run: KillRun): Promise<KillReport> => {
  const { url, simulatorUrl, control, travel, say } = run;
  const chance = createChance(run.seed);
  const wire = createWire(url);
  const orders = createOrders(wire);
  const market = openMarket({ wire, orders, simulatorUrl, chance: createChance(chance.split()) });
  const functions = await control.idsOf("AWS::Lambda::Function");
  const load = startLoad({ market, orderEveryMs: run.orderEveryMs, batchRows: run.batchRows });
  await load.begun;
  const killer = startKiller({
    control,
    functions,
    chance: createChance(chance.split()),
    everyMs: run.killEveryMs,
    answered: () => orders.all().reduce((sum, { answers }) => sum + answers.length, 0),
    sandbox: run.sandbox,
  });
  const began = Date.now();
  const tell = setInterval(() => {
    const { instances, sandboxes } = killer.killed();
    const kills = [...instances.values()].reduce((sum, count) => sum + count, 0);
    const seconds = Math.round((Date.now() - began) / 1_000);
    say(
      `${seconds} s: ${orders.all().length} orders, ${load.underWay()} not answered yet, ${kills} processes and ${sandboxes} sandboxes killed`,
    );
  }, TELL_MS);
  try {
    await wait(run.loadMs);
    await killer.stop();
    await load.stop();
  } finally {
    clearInterval(tell);
  }
  say("nothing is killed any more");
  const calm = await calmDown({ control, travel, wire, orders: orders.all(), simulatorUrl, say });
  await load.goHome();
  const truth = await readTruth(simulatorUrl);
  const ledger = await readLedger(wire, orders.all(), truth);
  const breaches = [...load.givenUp(), ...judge({ truth, ledger, orders: orders.all() })];
  return {
    killed: killer.killed(),
    interrupted: wire.interrupted(),
    orders: orders.all(),
    truth,
    ledger,
    calm,
    breaches,
  };
};
