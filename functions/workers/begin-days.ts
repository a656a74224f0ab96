/**
 * After midnight in Nairobi: has yesterday closed, and the days before it looked at once more, because evidence may have
 * come late. What must stay true: a day is named, never computed here; whoever closes it finds out whether there is
 * anything to do, so that naming it twice changes nothing.
 */
import type { Clock } from "../domain/clock.ts";
import { nairobiDay } from "../domain/time.ts";
import type { DayMessage } from "../reconciliation-day/messages.ts";
import type { Log } from "../runtime/logger.ts";
import type { Queue } from "../runtime/queue.ts";

export interface BeginDaysDeps {
  readonly dayQueue: Queue;
  readonly shortcode: () => Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
}

/** As long as Safaricom may take to approve a reversal, and a day more than pulling looks back. */
const DAYS_BACK = 3;
const DAY_MS = 86_400_000;

/** The last days that are over, the oldest first: what one carries over, the next one takes. */
export const endedDays = (now: number): readonly string[] =>
  Array.from({ length: DAYS_BACK }, (_, index) => nairobiDay(now - (DAYS_BACK - index) * DAY_MS));

/** Rejects when the queue can't be reached: running once more is safe. */
export const beginDays = (deps: BeginDaysDeps) => async (): Promise<{ readonly days: readonly string[] }> => {
  const shortcode = await deps.shortcode();
  const days = endedDays(deps.clock.now());
  await deps.dayQueue.send(days.map((day): DayMessage => ({ shortcode, day })));
  deps.log.info("days.begun", { days: days.length });
  return { days };
};
