/** The slots of one process over shared items in memory, in virtual time. */
import type { Advance, Lane, LanePace } from "../../../functions/daraja/pacing.ts";
import { createSlots } from "../../../functions/daraja/slots.ts";
import type { SlotsDeps } from "../../../functions/daraja/slots.ts";
import { memorySlots } from "./shared-items.ts";
import { virtualTime } from "./virtual-time.ts";

/** A slot lasts 55 ms. */
export const RATE = { perSecond: 20, jitterMs: 100 };
export const RATES = { stk: RATE, query: RATE, bulk: RATE };

/** One process; what it waits for, takes and writes is kept, moments as milliseconds since it began. Each write takes `writeMs`. */
export const setUp = (changes: Partial<SlotsDeps> = {}, writeMs = 0) => {
  const time = virtualTime();
  const began = time.now();
  const items = memorySlots();
  const seen = { waits: [] as number[], taken: [] as number[], advances: [] as Advance[], ends: [] as unknown[] };
  const late = () => (writeMs === 0 ? Promise.resolve() : time.wait(writeMs));
  const slots = createSlots({
    items: {
      swap: async (lane, change) => {
        await late();
        return items.swap(lane, change);
      },
      advance: async (lane, request) => {
        seen.advances.push(request);
        await late();
        return items.advance(lane, request);
      },
    },
    rates: RATES,
    clock: time,
    wait: (ms) => (seen.waits.push(ms), time.wait(ms)),
    log: () => undefined,
    onTaken: (_, count) => seen.taken.push(count),
    ...changes,
  });
  const hold = (lane: Lane, pace: Partial<LanePace> & { readonly forMs: number }) => {
    const { forMs, ...rest } = pace;
    items.paces.set(lane, { tat: time.now() + forMs, factor: 1, slowedAt: 0, ...rest });
  };
  /** A caller in line; how it ends is kept with the moment. */
  const call = (withinMs: number, lane: Lane = "bulk"): void => {
    void slots.take(lane, time.now() + withinMs).then((turn) => {
      seen.ends.push([turn === "too_late" ? turn : "go", time.now() - began]);
    });
  };
  const pass = (ms: number) => (void time.wait(ms), time.run(ms));
  return { time, began, items, seen, slots, hold, call, pass };
};
