/** Says what the utility account has, and when it runs low, before payouts fail for it. */
import { utilityAvailable } from "../domain/balance.ts";
import type { Balances } from "../domain/balance.ts";
import type { Log } from "../runtime/logger.ts";
import type { Clock } from "../domain/clock.ts";
import type { Count, Measure } from "../runtime/metrics.ts";

export interface WatchFloatDeps {
  /** Less than this in the utility account is low, cents. */
  readonly lowFloat: () => number;
  readonly log: Log;
  readonly count: Count;
  readonly measure: Measure;
  readonly clock: Clock;
}

/** In a shilling. */
const CENTS = 100;

/** Says what they are, and sounds the alarm for balances that are low; balances that name no utility account say nothing. */
export const watchFloat =
  (deps: WatchFloatDeps) =>
  (shortcode: string, balances: Balances): void => {
    const available = utilityAvailable(balances);
    if (available === null) return;
    deps.measure({ values: { Float: Math.floor(available / CENTS) }, code: null, at: deps.clock.now() });
    if (available >= deps.lowFloat()) return;
    deps.log.warn("balance.low", { shortcode });
    deps.count("FloatLow");
  };

export type WatchFloat = ReturnType<typeof watchFloat>;
