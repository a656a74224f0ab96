import { describe, expect, it } from "vitest";
import { decidePayout } from "../../../functions/domain/decide-payout.ts";
import { shillings } from "../../../functions/domain/money.ts";
import type { EvidenceSource } from "../../../functions/domain/evidence.ts";
import type { Payout, PayoutFinding } from "../../../functions/domain/payout.ts";
import { hearPayout, newPayout, weighPayoutEvidence } from "../../laws/payout-arbitraries.ts";

const AT = 1_700_000_001_000;
const heard = (finding: PayoutFinding, source: EvidenceSource = "submit", raw: string | null = null) =>
  weighPayoutEvidence({ ...finding, source, at: AT, by: "x", requestId: "req", raw });

const claimed = heard({ finding: "claimed", again: false, checkAt: AT + 45_000 });
const claimedAgain = heard({ finding: "claimed", again: true, checkAt: AT + 45_000 });
const throttled = heard({
  finding: "turned_away",
  failure: { code: "rate_limited", resultCode: null, resultDesc: null },
});
const lost = heard({ finding: "unknown", because: "reset" });
const refused = heard({
  finding: "refused",
  failure: { code: "invalid_receiver", resultCode: "400.002.02", resultDesc: null },
});
const duplicate = heard({ finding: "accepted", conversationId: null });
const paid = heard(
  {
    finding: "paid",
    receipt: "NLJ7RT61SV",
    amount: shillings(1500),
    phone: null,
    conversationId: "AG_1",
    paidAt: AT,
  },
  "callback",
  "paid",
);

const after = (...what: readonly ReturnType<typeof heard>[]): Payout =>
  what.reduce((payout, about) => hearPayout(payout, about), newPayout());

describe("a payout", () => {
  it("counts each sending and is looked at when its claim says", () => {
    const sending = after(claimed);
    expect(sending).toMatchObject({
      state: "sending",
      attempts: 1,
      sentAt: AT,
      check: { at: AT + 45_000, attempt: 0 },
    });
    expect(decidePayout(sending, claimed)).toMatchObject({ decision: "ignore" });
  });

  it("goes back to the queue when it was turned away, and may then be cancelled", () => {
    const queued = after(claimed, throttled);
    expect(queued).toMatchObject({ state: "queued", doubt: false });
    expect(hearPayout(queued, heard({ finding: "cancelled" }, "operator")).state).toBe("cancelled");
  });

  it("never goes back to the queue when a sending before may have gone in", () => {
    expect(after(claimed, lost, claimedAgain, throttled).state).toBe("uncertain");
    expect(after(claimed, lost, claimedAgain, refused).state).toBe("uncertain");
  });

  it("learns from a refused second sending that the first one went in", () => {
    const known = after(claimed, lost, claimedAgain, duplicate);
    expect(known).toMatchObject({ state: "accepted", wentIn: true, conversationId: null });
    expect(decidePayout(after(claimed, lost, duplicate), claimedAgain)).toMatchObject({ decision: "ignore" });
  });

  it("is paid by a result that overtakes the submit's answer, and the answer then changes nothing but its name", () => {
    const first = after(claimed, paid);
    expect(first).toMatchObject({ state: "succeeded", receipt: "NLJ7RT61SV", check: null });
    expect(decidePayout(first, heard({ finding: "accepted", conversationId: "AG_1" })).decision).toBe("ignore");
  });

  it("that failed is paid after all when money moved, and a person is shown", () => {
    const failed = after(
      claimed,
      heard(
        {
          finding: "unpaid",
          failure: { code: "receiver_not_registered", resultCode: "2040", resultDesc: null },
          conversationId: "AG_1",
        },
        "callback",
        "unpaid",
      ),
    );
    expect(failed.state).toBe("failed");
    expect(decidePayout(failed, paid)).toMatchObject({ to: "succeeded", exception: "late_success" });
  });

  it("is not cancelled once anybody who knows its callback address has spoken of it", () => {
    const spoken = after(heard({ finding: "unverified" }, "callback", "who?"));
    expect(spoken.doubt).toBe(true);
    expect(decidePayout(spoken, heard({ finding: "cancelled" }, "operator")).decision).toBe("ignore");
  });

  it("ends unpaid after a hundred sendings that all came to nothing", () => {
    const tired: Payout = { ...after(claimed), attempts: 100 };
    expect(decidePayout(tired, throttled)).toMatchObject({ to: "failed" });
  });

  it("is replaced once, and only after it failed", () => {
    const replaced = heard({ finding: "replaced", replacedBy: "pyo_next" }, "operator");
    expect(decidePayout(after(claimed), replaced).decision).toBe("ignore");
    const failed = after(claimed, refused);
    const once = hearPayout(failed, replaced);
    expect(once.replacedBy).toBe("pyo_next");
    expect(decidePayout(once, replaced).decision).toBe("ignore");
  });
});
