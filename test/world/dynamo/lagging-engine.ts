/** The stand-in's engine as both worlds run it: the gateway's tables, whose indexes follow them by the world's clock. */
import { TABLES } from "../../../functions/store/table.ts";
import type { Chance } from "../core/prng.ts";
import type { VirtualTime } from "../core/virtual-time.ts";
import { createEngine } from "./engine.ts";
import type { Change } from "./table.ts";

/** Physical names of the tables. */
export const TABLE_NAMES = {
  transactions: "transactions",
  coordination: "coordination",
  idempotency: "idempotency",
  webhooks: "webhooks",
};

interface LaggingEngine {
  readonly time: Pick<VirtualTime, "now" | "after">;
  readonly chance: Chance;
  /** How far an index may be behind its table now. */
  readonly lagMs: () => number;
  readonly changed: (change: Change) => void;
}

export const createLaggingEngine = ({ time, chance, lagMs, changed }: LaggingEngine) => {
  const lag = (sync: () => void): void => {
    const most = lagMs();
    if (most === 0) sync();
    else time.after(chance.next() * most, sync);
  };
  return createEngine({
    schemas: {
      [TABLE_NAMES.transactions]: TABLES.transactions,
      [TABLE_NAMES.coordination]: TABLES.coordination,
      [TABLE_NAMES.idempotency]: TABLES.idempotency,
      [TABLE_NAMES.webhooks]: TABLES.webhooks,
    },
    now: time.now,
    lag,
    changed,
  });
};
