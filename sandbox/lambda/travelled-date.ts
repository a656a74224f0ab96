/**
 * `Date` as a function sees it: by the sandbox's clock, which may be ahead of the machine's. What must stay true: a date
 * that is made of something is that date, whatever the clock says.
 */

/** Puts it in the place of the thread's own; gives the machine's clock. `ahead` is `TravelClock.ahead`. */
export const travelWith = (ahead: SharedArrayBuffer): (() => number) => {
  const offset = new BigInt64Array(ahead);
  const machine = Date.now.bind(Date);
  const now = (): number => machine() + Number(Atomics.load(offset, 0));
  globalThis.Date = new Proxy(Date, {
    construct: (target, parts: unknown[], made): object => {
      const date: unknown = Reflect.construct(target, parts.length === 0 ? [now()] : parts, made);
      return date instanceof target ? date : new target(now());
    },
    apply: (target) => new target(now()).toString(),
    get: (target, name): unknown => (name === "now" ? now : Reflect.get(target, name)),
  });
  return machine;
};
