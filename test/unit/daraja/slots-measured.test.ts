import { describe, expect, test } from "vitest";
import type { Slot } from "../../../functions/daraja/pacing.ts";
import { createSlots } from "../../../functions/daraja/slots.ts";
import { memorySlots } from "./shared-items.ts";
import { virtualTime } from "./virtual-time.ts";
import type { VirtualTime } from "./virtual-time.ts";

const quiet = () => undefined;
const FIXED = { perSecond: 20, jitterMs: 100 };

describe("a lane that measures how late its calls start", () => {
  const measured = { perSecond: 10, jitterMs: 50, measured: { aheadMs: 100, apartMs: 0, mostJitterMs: 250 } };
  const rates = { stk: FIXED, query: FIXED, bulk: measured };
  const start = () => {
    const time = virtualTime();
    const items = memorySlots();
    const process = () => createSlots({ items, rates, clock: time, wait: time.wait, log: quiet });
    return { time, items, process };
  };
  const taken = async (time: VirtualTime, slots: ReturnType<typeof createSlots>): Promise<Slot> => {
    const turn = slots.take("bulk", time.now() + 60_000);
    await time.run(1_000);
    const slot = await turn;
    if (typeof slot === "string") throw new Error(slot);
    return slot;
  };

  test("gives the turn ahead of the slot, and lets the call go at the slot's moment", async () => {
    const { time, process } = start();
    const began = time.now();
    let turnAt = 0;
    const turn = process()
      .take("bulk", began + 10_000)
      .then(async (slot) => {
        turnAt = time.now();
        return typeof slot === "string" ? slot : { at: slot.at, inTime: await slot.start(), startedAt: time.now() };
      });
    await time.run();
    expect(await turn).toEqual({ at: began + 100, inTime: true, startedAt: began + 100 });
    expect(turnAt).toBe(began);
  });

  test("voids a slot whose caller was busy beyond the margin, and not one within it", async () => {
    const { time, process } = start();
    const slots = process();
    for (const [lateMs, inTime] of [
      [49, true],
      [50, false],
      [400, false],
    ] as const) {
      const slot = await taken(time, slots);
      void time.wait(slot.at + lateMs - time.now());
      await time.run();
      expect(await slot.start()).toBe(inTime);
    }
  });

  test("keeps free what other clocks may differ by, whatever it has measured itself", async () => {
    const { time, items } = start();
    const bulk = { ...measured, measured: { ...measured.measured, apartMs: 20 } };
    const slots = createSlots({ items, rates: { ...rates, bulk }, clock: time, wait: time.wait, log: quiet });
    for (const [lateMs, inTime] of [
      [29, true],
      [30, false],
    ] as const) {
      const slot = await taken(time, slots);
      void time.wait(slot.at + lateMs - time.now());
      await time.run();
      expect(await slot.start()).toBe(inTime);
    }
  });

  test("shares what it learned in the write that takes slots, and others keep to it", async () => {
    const { time, items, process } = start();
    const slots = process();
    for (let call = 0; call < 40; call += 1) {
      const slot = await taken(time, slots);
      void time.wait(slot.at + 79 - time.now());
      await time.run();
      await slot.start();
    }
    expect(items.paces.get("bulk")?.jitterMs).toBe(80);
    expect(items.writes).toBe(40);
    const other = await taken(time, process());
    void time.wait(other.at + 79 - time.now());
    await time.run();
    expect(await other.start()).toBe(true);
  });

  test("halves its pace once, however many processes hold slots from before", async () => {
    const { time, items, process } = start();
    const processes = Array.from({ length: 4 }, process);
    for (const slots of processes) await taken(time, slots);
    for (const slots of processes) {
      await slots.throttled("bulk");
      void time.wait(2_000);
      await time.run();
    }
    expect(items.paces.get("bulk")?.factor).toBe(0.5);
    await taken(time, processes[3]!);
    await processes[3]!.throttled("bulk");
    expect(items.paces.get("bulk")?.factor).toBeLessThan(0.5);
  });

  test("slots taken before it slowed are given up for later ones", async () => {
    const { time, process } = start();
    const slots = process();
    const began = time.now();
    const starts: number[] = [];
    for (let call = 0; call < 10; call += 1)
      void slots.take("bulk", began + 60_000).then((turn) => (turn === "too_late" ? 0 : starts.push(time.now())));
    await time.run(250);
    const before = starts.length;
    await slots.throttled("bulk");
    await time.run(800);
    expect(starts).toHaveLength(before);
    await time.run();
    expect(starts).toHaveLength(10);
  });

  test("waits for the shared items when they can't be reached: alone, each process would take the whole rate", async () => {
    const { time } = start();
    const down = () => Promise.reject(new Error("no connection"));
    const items = { advance: down, swap: down };
    const slots = createSlots({ items, rates, clock: time, wait: time.wait, log: quiet });
    expect(await slots.take("bulk", time.now() + 60_000)).toBe("too_late");
  });
});
