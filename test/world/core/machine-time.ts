/**
 * Puts the machine's own clocks under a virtual one for as long as a world runs: what reads `Date` or sets a timeout by
 * itself (Powertools, the exchange with Daraja) lives in the world's time. What must stay true: afterwards everything is as
 * it was, and nothing of the machine's time reaches the world.
 */
import type { VirtualTime } from "./virtual-time.ts";

type Time = Pick<VirtualTime, "now" | "after">;

const datesBy = (time: Time): DateConstructor =>
  new Proxy(Date, {
    construct: (target, parts: unknown[], made): object =>
      Reflect.construct(target, parts.length === 0 ? [time.now()] : parts, made) as object,
    get: (target, name): unknown => (name === "now" ? () => time.now() : Reflect.get(target, name)),
  });

const timeoutBy =
  (time: Time) =>
  (ms: number): AbortSignal => {
    const controller = new AbortController();
    time.after(ms, () =>
      controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")),
    );
    return controller.signal;
  };

/** Runs `life` under `time`. One world at a time has the machine. */
export const underTime = async <T>(time: Time, life: () => Promise<T>): Promise<T> => {
  const machine = { date: globalThis.Date, timeout: AbortSignal.timeout.bind(AbortSignal) };
  globalThis.Date = datesBy(time);
  AbortSignal.timeout = timeoutBy(time);
  try {
    return await life();
  } finally {
    globalThis.Date = machine.date;
    AbortSignal.timeout = machine.timeout;
  }
};
