import { describe, expect, it } from "vitest";
import { assume, decide } from "../../../functions/domain/decide.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { PUSH, OTHER_PUSH, accepted, after, lost, overdue, paid, queryPaid, said, unpaid } from "./payment-sayings.ts";

describe("a decision says what changes, and nothing that does not", () => {
  const moved = { decision: "move", exception: null } as const;

  it("when a query says that it was paid", () => {
    const facts = { failure: null, disputed: false, push: PUSH };
    expect(decide(after(accepted), queryPaid())).toEqual({ ...moved, to: "succeeded", facts });
    const unnamed = paid({ receipt: null, paidAt: null, push: null });
    expect(decide(after(accepted), unnamed)).toEqual({
      ...moved,
      to: "succeeded",
      facts: { failure: null, disputed: false },
    });
  });

  it("when it was not paid, with the push that nobody had named", () => {
    const { evidence } = unpaid();
    const failure = evidence.finding === "unpaid" ? evidence.failure : null;
    expect(decide(after(lost), unpaid())).toEqual({ ...moved, to: "failed", facts: { failure, push: PUSH } });
    const unnamed = said({
      finding: "unpaid",
      failure: { code: "customer_unreachable", resultCode: "1037", resultDesc: null },
      push: null,
    });
    expect(decide(after(lost), unnamed)).toMatchObject({ facts: { failure: { code: "customer_unreachable" } } });
    expect(Object.keys((decide(after(lost), unnamed) as { facts: object }).facts)).toEqual(["failure"]);
  });

  it("when Daraja names the push of a payment that nobody could tell about, or another push", () => {
    expect(decide(after(lost), accepted)).toEqual({ decision: "note", facts: { push: PUSH }, exception: null });
    const other = said({ finding: "accepted", push: OTHER_PUSH }, "submit");
    expect(decide(after(accepted), other)).toEqual({ decision: "note", facts: {}, exception: "conflicting_evidence" });
  });

  it("when a failure contradicts the intent: it disputes nothing", () => {
    const other = said({
      finding: "unpaid",
      failure: { code: "customer_unreachable", resultCode: "1037", resultDesc: null },
      push: OTHER_PUSH,
    });
    expect(decide(after(accepted), other)).toEqual({ decision: "note", facts: {}, exception: "conflicting_evidence" });
  });

  it("when a disputed payment is said not to have been paid", () => {
    const disputed = after(accepted, paid({ amount: shillings(1) }));
    expect(decide(disputed, unpaid("query"))).toMatchObject({ decision: "ignore" });
    expect(decide(disputed, unpaid())).toEqual({ decision: "note", facts: {}, exception: "conflicting_evidence" });
    expect(decide(disputed, unpaid("operator"))).toMatchObject({
      decision: "move",
      to: "failed",
      facts: { disputed: false },
    });
  });

  it("when a payment that is paid is said to be paid, without a receipt", () => {
    expect(decide(after(accepted, paid()), queryPaid())).toMatchObject({ decision: "ignore" });
  });

  it("when a payment without a known phone names one", () => {
    const unknown = { ...after(accepted), phoneHash: null };
    expect(decide(unknown, paid())).toMatchObject({ decision: "move", to: "succeeded" });
  });
});

describe("what is taken for granted of a payment that nobody has read", () => {
  it("by an acceptance is that no push is known", () => expect(assume(accepted)).toMatchObject({ pushUnknown: true }));

  it("by a success is an undisputed payment, unless it names the amount", () => {
    expect(assume(paid())).toMatchObject({ undisputed: false, amount: shillings(1500) });
    expect(assume(queryPaid())).toMatchObject({ undisputed: true, amount: null });
  });

  it("is nothing that would need a look", () => {
    expect(assume(overdue)).toBeNull();
    expect(assume(said({ finding: "unverified" }))).toBeNull();
  });
});
