/**
 * Puts the machine's own clocks under a virtual one for as long as a world runs: what reads `Date` or sets a timeout by
 * itself (Powertools, the exchange with Daraja) lives in the world's time. What must stay true: afterwards everything is as
 * it was, and nothing of the machine's time reaches the world.
 */
import type { VirtualTime } from "./virtual-time.ts";

type Time = Pick<VirtualTime, "now" | "after">;

/** A function that gives the machine's own dates, and no class above them: dates are made by the thousand in every world. */
const datesBy = (time: Time): DateConstructor => {
  const MachineDate = Date;
  const WorldDate = function Date(...parts: readonly [] | readonly [string | number | Date]): Date {
    if (parts.length > 1) throw new TypeError("dates of a world are made of one moment, not of parts");
    return new MachineDate(parts.length === 0 ? time.now() : parts[0]);
  };
  return Object.assign(WorldDate, {
    prototype: MachineDate.prototype,
    now: time.now,
    UTC: MachineDate.UTC.bind(MachineDate),
    parse: MachineDate.parse.bind(MachineDate),
  }) as unknown as DateConstructor;
};

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
  const machine = {
    date: globalThis.Date,
    timeout: AbortSignal.timeout.bind(AbortSignal),
    stackTraceLimit: Error.stackTraceLimit,
  };
  globalThis.Date = datesBy(time);
  AbortSignal.timeout = timeoutBy(time);
  // Worlds are full of errors, and nobody reads where they came from: the story says it.
  Error.stackTraceLimit = 0;
  try {
    return await life();
  } finally {
    globalThis.Date = machine.date;
    AbortSignal.timeout = machine.timeout;
    Error.stackTraceLimit = machine.stackTraceLimit;
  }
};
