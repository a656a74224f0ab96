/** The clock that starts the sweep: every minute, sometimes late, sometimes twice; and somebody who guesses at results. */
import { AT } from "../../../functions/store/transaction-item.ts";
import type { OutgoingRequest } from "../../../sandbox/daraja/core/exchange.ts";
import { createChance } from "../core/prng.ts";
import { START } from "./bare-world.ts";
import type { BareWorld } from "./bare-world.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import { SWEEP_INTERVAL_MS } from "./holdings.ts";
import { FAULTS_STOP_MS } from "./rates.ts";

/** A result that knocks at the gateway; the status that it is answered with. */
export type Knock = (arriving: Pick<OutgoingRequest, "url" | "body" | "sourceAddress">) => Promise<number>;

const MOST_LATE_MS = 50_000;

/** Runs the sweep while anything is due. Minutes in which it would find nothing are left out once all faults have stopped. */
export const startClockwork = (
  world: BareWorld,
  sweeper: (run: { readonly requestId: string }) => Promise<unknown>,
): void => {
  const { time, engine, newName, rates } = world;
  const chance = createChance(world.chance.split());
  const earliest = (): number =>
    engine
      .all(TABLE_NAMES.transactions)
      .reduce((least, item) => (item[AT.dueKey] ? Math.min(least, Number(item[AT.checkAt]?.N)) : least), Infinity);
  const run = (): void => void sweeper({ requestId: newName() }).catch(() => undefined);
  const tick = (): void => {
    if (earliest() <= time.now()) {
      const { scheduleLate, scheduleTwice } = rates();
      const late = chance.happens(scheduleLate) ? chance.between(0, MOST_LATE_MS) : 0;
      time.after(late, run);
      if (chance.happens(scheduleTwice)) time.after(late + chance.pick([0, chance.between(0, MOST_LATE_MS)]), run);
    }
    next();
  };
  const next = (): void => {
    const isEarly = time.now() < START + FAULTS_STOP_MS;
    const due = earliest();
    // What is not due yet may become so by anybody's doing, so somebody looks once in ten minutes at least.
    const from = isEarly ? time.now() : Math.min(Math.max(time.now(), due), time.now() + 10 * SWEEP_INTERVAL_MS);
    const minute = Math.ceil((from - START + 1) / SWEEP_INTERVAL_MS) * SWEEP_INTERVAL_MS + START;
    time.after(minute - time.now(), tick);
  };
  next();
};

/** Somebody who knows an address of ours and no token. */
export const forge = ({ time, chance, scenario, engine, wrong }: BareWorld, knock: Knock): void => {
  for (const { at } of [...scenario.singles, ...scenario.batches]) {
    if (!chance.happens(scenario.rates.forged)) continue;
    time.after(at + chance.between(0, 60_000), () => {
      const item = engine.all(TABLE_NAMES.transactions).find((each) => each[AT.id]?.S?.startsWith("pyo_"));
      const url = `https://callbacks.world/callbacks/v1/b2c/${item?.[AT.id]?.S ?? "none"}/${"0".repeat(26)}`;
      const body = JSON.stringify({ Result: { ResultCode: 0, TransactionID: "UKL0000000" } });
      void knock({ url, body, sourceAddress: "127.0.0.1" }).then((status) => {
        if (status === 200) wrong.push("a result with a made-up token was believed");
      });
    });
  }
};
