/** A business at work while everything around it dies: who does what, how often, until it is told to stop. */
import { setTimeout as wait } from "node:timers/promises";

import { giveBack, sell } from "./customers.ts";
import { mend, payBatch, payOut } from "./finance.ts";
import type { Market } from "./market.ts";

/** A slow machine gets fewer orders, not more of them at once. */
const MOST_UNDER_WAY = 8;
const DUTY_MS = 3_000;

export interface Load {
  /** Resolves when the gateway has answered the first of it. */
  readonly begun: Promise<void>;
  /** What has not been answered yet. */
  readonly underWay: () => number;
  /** Nothing new is asked for; resolves when all that was asked has been answered, or was given up. */
  readonly stop: () => Promise<void>;
  /** What was given up, a sentence each. */
  readonly givenUp: () => readonly string[];
  /** The operator goes on until this is called. */
  readonly goHome: () => Promise<void>;
}

export interface LoadOptions {
  readonly market: Market;
  /** Between two customers' orders, milliseconds, at the most. */
  readonly orderEveryMs: number;
  readonly batchRows: number;
}

export const startLoad = ({ market, orderEveryMs, batchRows }: LoadOptions): Load => {
  const { chance } = market;
  const stopping = new AbortController();
  const leaving = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const givenUp: string[] = [];
  const giveUp = (failure: unknown): void =>
    void givenUp.push(failure instanceof Error ? failure.message : String(failure));

  const begin = (act: (market: Market) => Promise<void>): void => {
    if (underWay.size >= MOST_UNDER_WAY) return;
    const acting: Promise<unknown> = act(market)
      .catch(giveUp)
      .finally(() => underWay.delete(acting));
    underWay.add(acting);
  };
  const again = async (mostMs: number, { signal }: AbortController, act: () => unknown): Promise<void> => {
    while (!signal.aborted) {
      await act();
      await wait(chance.between(Math.ceil(mostMs / 5), mostMs), null, { signal }).catch(() => null);
    }
  };

  const payroll = payBatch(market, batchRows);
  begin(() => payroll);
  const loops = [
    again(orderEveryMs, stopping, () => begin(sell)),
    again(orderEveryMs * 6, stopping, () => begin(payOut)),
    again(orderEveryMs * 5, stopping, () => begin(giveBack)),
  ];
  const duty = again(DUTY_MS, leaving, () => mend(market).catch(giveUp));
  return {
    begun: payroll.catch(() => undefined),
    underWay: () => underWay.size,
    givenUp: () => givenUp,
    async stop() {
      stopping.abort();
      await Promise.all(loops);
      await Promise.all(underWay);
    },
    async goHome() {
      leaving.abort();
      await duty;
    },
  };
};
