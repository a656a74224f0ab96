import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { CLOSE_FUNCTIONS, DAY_TRIES } from "../../../lib/close-functions.ts";
import { BOUNDS, DAY, NEXT_DAY, openDayOffice, SHORTCODE } from "../reconciliation-day/day-office.ts";
import type { DayOffice } from "../reconciliation-day/day-office.ts";

let office: DayOffice;
const opened: DayOffice[] = [];
beforeEach(async () => {
  office = await openDayOffice();
  opened.push(office);
});
afterAll(() => {
  for (const { close } of opened) close();
});

const TOLD = [{ shortcode: SHORTCODE, day: NEXT_DAY }];

describe("a closed next day", () => {
  /** The next day is closed; then this one hands it a payment, and the run dies before it can say so. */
  beforeEach(async () => {
    await office.nextDay([]);
    await office.paid(1_500, "UKK1AAAAAA", { at: BOUNDS.until - 1_000 });
    await office.statement([]);
    office.world.isQueueAway = true;
    expect(await office.deliver()).toEqual({ verdict: "failed" });
    expect((await office.record()).closed.totals.carried.count).toBe(1);
    office.world.isQueueAway = false;
  });

  it("is told of its handover by the delivery after the one that died", async () => {
    expect(await office.deliver({}, 2)).toEqual({ verdict: "done" });
    expect((await office.record()).version).toBe(1);
    expect(office.messages).toEqual(TOLD);
  });

  it("is told as well when that delivery finds more, which changes nothing of the handover", async () => {
    await office.paid(250, "UKK1BBBBBB");
    expect(await office.deliver({}, 2)).toEqual({ verdict: "done" });
    expect((await office.record()).version).toBe(2);
    expect(office.messages).toEqual(TOLD);
  });

  it("is not woken by a first look that finds nothing new", async () => {
    expect(await office.deliver()).toEqual({ verdict: "done" });
    expect(office.messages).toEqual([]);
  });
});

describe("a next day that nobody has closed", () => {
  beforeEach(async () => {
    await office.paid(1_500, "UKK1AAAAAA", { at: BOUNDS.until - 1_000 });
    await office.statement([]);
  });

  it("is told once it is over, because somebody may be closing it unseen", async () => {
    office.books.time.now = BOUNDS.until + 26 * 3_600_000;
    expect(await office.deliver()).toEqual({ verdict: "done" });
    expect(office.messages).toEqual(TOLD);
  });

  it("is not told while it goes on", async () => {
    expect(await office.deliver()).toEqual({ verdict: "done" });
    expect(office.messages).toEqual([]);
  });
});

describe("a day that somebody else has in hand", () => {
  it("is waited for longer than the longest lease lasts, and not long at first", async () => {
    await office.lease.take({ shortcode: SHORTCODE, day: DAY }, { holder: "another", forMs: 3_600_000 });
    const waits: number[] = [];
    // The last delivery has no wait: after it the message is given up.
    for (let times = 1; times < DAY_TRIES; times += 1) {
      const verdict = await office.deliver({}, times);
      if (verdict?.verdict === "again") waits.push(verdict.afterSeconds);
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 150, 150, 150, 150]);
    const waited = waits.reduce((sum, wait) => sum + wait, 0);
    expect(waited).toBeGreaterThan(CLOSE_FUNCTIONS["close-day"].timeoutSeconds + 60);
  });
});
