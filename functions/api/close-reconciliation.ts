/** POST /v1/reconciliations/{date}/close: has a day closed now. The queue is told the day's name, and nothing else. */
import type { Clock } from "../domain/clock.ts";
import { dayBounds } from "../domain/time.ts";
import type { DayMessage } from "../reconciliation-day/messages.ts";
import type { Queue } from "../runtime/queue.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import type { ReconciliationDeps } from "./read-reconciliations.ts";
import { accepted, problem } from "./reply.ts";

export interface CloseReconciliationDeps extends Pick<ReconciliationDeps, "shortcodeFor"> {
  /** The storefront that the shortcode belongs to; null where there is none at all. */
  readonly ownerOf: (shortcode: string) => Promise<string | null>;
  readonly dayQueue: Queue;
  readonly clock: Clock;
}

export const closeReconciliation =
  (deps: CloseReconciliationDeps): Endpoint<typeof ROUTES.closeReconciliation> =>
  async ({ caller, params, query }) => {
    const shortcode = await deps.shortcodeFor(query.shortcode);
    const window = dayBounds(params.date);
    if (shortcode === null || window === null) return problem("not_found");
    if ((await deps.ownerOf(shortcode)) !== caller.storefront) return problem("not_found");
    if (window.until > deps.clock.now()) return problem("day_not_over");
    const message: DayMessage = { shortcode, day: params.date };
    await deps.dayQueue.send([message]);
    return accepted({ object: "reconciliation", date: params.date, shortcode, status: "closing" });
  };
