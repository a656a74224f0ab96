/** How long a payout may be sent again: Daraja remembers its name from the first sending on, not from the last. */
import { expect, test } from "vitest";
import { maySendAgain, SEND_AGAIN_WITHIN_MS } from "../../../functions/domain/payout-schedule.ts";
import type { Payout } from "../../../functions/domain/payout.ts";
import { newPayout } from "../../laws/payout-arbitraries.ts";

const MINUTE = 60_000;
const FIRST = 1_700_000_000_000;

/** It waited for an hour before it was first sent. */
const bornEarlier = (): Payout => {
  const payout = newPayout();
  const at = FIRST - 60 * MINUTE;
  return { ...payout, createdAt: at, history: payout.history.map((entry) => ({ ...entry, at })) };
};

/** Sent, asked about in vain, and sent again twenty minutes later. */
const sentTwice = (): Payout => {
  const payout = bornEarlier();
  const claimed = (at: number) => ({ ...payout.history[0]!, finding: "claimed" as const, to: "sending" as const, at });
  return {
    ...payout,
    state: "uncertain",
    doubt: true,
    attempts: 2,
    sentAt: FIRST + 20 * MINUTE,
    check: { at: FIRST + 24 * MINUTE, attempt: 4 },
    history: [...payout.history, claimed(FIRST), claimed(FIRST + 20 * MINUTE)],
  };
};

test("another sending does not begin the half hour anew", () => {
  expect(maySendAgain(sentTwice(), FIRST + SEND_AGAIN_WITHIN_MS)).toBe(true);
  expect(maySendAgain(sentTwice(), FIRST + SEND_AGAIN_WITHIN_MS + 1)).toBe(false);
});
