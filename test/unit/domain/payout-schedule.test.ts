import { describe, expect, it } from "vitest";
import {
  firstPayoutCheck,
  maySendAgain,
  MOST_SENDINGS,
  nextPayoutCheck,
  SEND_AGAIN_WITHIN_MS,
} from "../../../functions/domain/payout-schedule.ts";
import type { Payout } from "../../../functions/domain/payout.ts";
import { newPayout } from "../../laws/payout-arbitraries.ts";

const MINUTE = 60_000;
const SENT = 1_700_000_000_000;

const unknown = (changes: Partial<Payout> = {}): Payout => ({
  ...newPayout(),
  state: "uncertain",
  doubt: true,
  attempts: 1,
  sentAt: SENT,
  check: { at: SENT + 3 * MINUTE, attempt: 2 },
  ...changes,
});

describe("asking about a payout", () => {
  const question = { since: SENT, queued: false, attempt: 3, now: SENT, intervalMs: MINUTE, jitter: 0 };
  const gapAfter = (silenceMs: number, more: Partial<typeof question> = {}): number | null => {
    const now = SENT + silenceMs;
    const next = nextPayoutCheck({ ...question, now, ...more });
    return next === null ? null : (next - now) / MINUTE;
  };

  it("asks within the first minute, then each minute, then ever more rarely: an eighth of the silence apart", () => {
    expect(firstPayoutCheck({ at: SENT, intervalMs: MINUTE, jitter: 0 }) - SENT).toBe(45_000);
    const gaps = [0, 1, 8, 16, 80, 480, 1_440].map((minutes) => gapAfter(minutes * MINUTE));
    expect(gaps).toEqual([1, 1, 1, 2, 10, 60, 60]);
  });

  it("asks until two days are over, and a last time then", () => {
    const end = 48 * 60 * MINUTE;
    expect(gapAfter(end - 5 * MINUTE)).toBe(5);
    expect(gapAfter(end)).toBeNull();
  });

  it("gets to the end of the two days with every question that it may ask", () => {
    let now = SENT;
    let asked = 0;
    for (let next: number | null = SENT; next !== null; asked += 1) {
      now = next;
      next = nextPayoutCheck({ ...question, attempt: asked, now });
    }
    expect(now).toBe(SENT + 48 * 60 * MINUTE);
    expect(asked).toBeLessThan(90);
  });

  it("asks a little later than planned as chance will have it, so that a batch is no burst of questions", () => {
    const half = { intervalMs: MINUTE, jitter: 0.5 };
    expect(firstPayoutCheck({ at: SENT, ...half }) - SENT).toBe(49_500);
    expect(gapAfter(16 * MINUTE, half)).toBe(2.2);
    expect(gapAfter(0, { queued: true, ...half })).toBe(2.2);
  });

  it("asks more often in a shorter schedule, and as rarely as the sweep runs", () => {
    expect([0, 480].map((minutes) => gapAfter(minutes * MINUTE, { intervalMs: 30_000 }))).toEqual([0.5, 30]);
    expect(gapAfter(24 * 60 * MINUTE, { intervalMs: 120 * MINUTE })).toBe(120);
  });

  it("asks a hundred times at most, however early it is", () => {
    expect(gapAfter(0, { attempt: 99 })).toBe(1);
    expect(gapAfter(0, { attempt: 100 })).toBeNull();
  });

  it("looks at one that waits to be sent every other interval, for as long", () => {
    expect([0, 60, 1_440].map((minutes) => gapAfter(minutes * MINUTE, { queued: true }))).toEqual([2, 2, 2]);
    expect(gapAfter(48 * 60 * MINUTE, { queued: true })).toBeNull();
  });
});

describe("sending once more under the same name", () => {
  it("is allowed for a payout that was asked about twice in vain, up to half an hour after its first sending", () => {
    expect(maySendAgain(unknown(), SENT + 3 * MINUTE)).toBe(true);
    expect(maySendAgain(unknown(), SENT + SEND_AGAIN_WITHIN_MS)).toBe(true);
    expect(maySendAgain(unknown(), SENT + SEND_AGAIN_WITHIN_MS + 1)).toBe(false);
  });

  it.each<[string, Partial<Payout>]>([
    ["M-PESA has said that it took it", { wentIn: true }],
    ["M-PESA has named it", { conversationId: "AG_1" }],
    ["it was asked about only once", { check: { at: SENT, attempt: 1 } }],
    ["it was sent as often as it may be", { attempts: MOST_SENDINGS }],
    ["evidence disagrees about it", { disputed: true }],
    ["it is still being sent", { state: "sending" }],
    ["it was accepted", { state: "accepted" }],
  ])("is not when %s", (_, changes) => {
    expect(maySendAgain(unknown(changes), SENT + 3 * MINUTE)).toBe(false);
  });
});
