import { describe, expect, it } from "vitest";
import { assume, decide, HISTORY_LIMIT, receiptTaken } from "../../../functions/domain/decide.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import type { Payment, Weighed } from "../../../functions/domain/payment.ts";
import { hear, weigh } from "../../laws/arbitraries.ts";
import {
  PUSH,
  OTHER_PUSH,
  RECEIPT,
  accepted,
  after,
  exceptions,
  lost,
  overdue,
  paid,
  queryPaid,
  refused,
  said,
  unpaid,
} from "./payment-sayings.ts";

describe("a payment", () => {
  it("goes from asked to accepted to paid", () => {
    const payment = after(accepted, paid());
    expect(payment).toMatchObject({ state: "succeeded", receipt: RECEIPT, push: PUSH, paidAt: 1_700_000_009_000 });
    expect(exceptions(payment)).toEqual([]);
    expect(payment.history.map((entry) => entry.to)).toEqual(["initiated", "pending", "succeeded"]);
  });

  it("is paid when the callback overtakes the submit's answer, and the late answer changes nothing", () => {
    const payment = after(paid());
    expect(payment).toMatchObject({ state: "succeeded", push: PUSH });
    expect(hear(payment, accepted)).toBe(payment);
  });

  it("is paid when the submit's answer was lost and the callback comes", () => {
    expect(after(lost, paid()).state).toBe("succeeded");
  });

  it("is failed when M-PESA never took it, and uncertain when nobody knows", () => {
    expect(after(refused)).toMatchObject({ state: "failed", failure: { code: "rate_limited" } });
    expect(after(lost).state).toBe("uncertain");
  });

  it("is settled by a query alone, and a later callback fills the receipt in", () => {
    const payment = after(accepted, queryPaid());
    expect(payment).toMatchObject({ state: "succeeded", receipt: null });
    const filled = hear(payment, paid());
    expect(filled).toMatchObject({ state: "succeeded", receipt: RECEIPT });
    expect(exceptions(filled)).toEqual([]);
  });

  it("that failed is paid after all when late money arrives, and a person is told", () => {
    const payment = after(accepted, unpaid(), paid());
    expect(payment).toMatchObject({ state: "succeeded", failure: null });
    expect(exceptions(payment)).toEqual(["late_success"]);
  });

  it("that is paid stays paid when somebody says it is not", () => {
    const payment = after(accepted, paid(), unpaid());
    expect(payment).toMatchObject({ state: "succeeded", receipt: RECEIPT, failure: null });
    expect(exceptions(payment)).toEqual(["conflicting_evidence"]);
  });

  it("that is paid keeps its receipt when another one is named", () => {
    const payment = after(accepted, paid(), paid({ receipt: "RKL51ZDR4F" }));
    expect(payment.receipt).toBe(RECEIPT);
    expect(exceptions(payment)).toEqual(["conflicting_evidence"]);
  });

  it("with an unknown failure code has failed, and a person is told", () => {
    const failure = { code: "unclassified", resultCode: "E3008", resultDesc: null } as const;
    expect(exceptions(after(accepted, said({ finding: "unpaid", failure, push: PUSH })))).toEqual([
      "unclassified_code",
    ]);
  });

  it("that nobody could tell about is uncertain, once, with nothing left to ask", () => {
    const payment = after(accepted, overdue);
    expect(payment).toMatchObject({ state: "uncertain", check: null });
    expect(hear(payment, overdue)).toBe(payment);
  });
});

describe("evidence that contradicts the intent", () => {
  it.each([
    ["another amount", paid({ amount: shillings(1) }), "amount_mismatch"],
    ["another phone", paid({ phone: Msisdn.parse("254712345678") }), "conflicting_evidence"],
    ["another push", paid({ push: OTHER_PUSH }), "conflicting_evidence"],
  ])("%s: credits nothing, and a query's word is not enough from then on", (_what, about, exception) => {
    for (const before of [after(accepted), after(accepted, unpaid())]) {
      const disputed = hear(before, about);
      expect(disputed).toMatchObject({ state: before.state, receipt: null, disputed: true });
      expect(exceptions(disputed)).toContain(exception);
      expect(hear(disputed, queryPaid())).toBe(disputed);
      expect(hear(disputed, unpaid()).state).toBe(before.state);
      expect(hear(disputed, paid())).toMatchObject({ state: "succeeded", receipt: RECEIPT, disputed: false });
    }
  });

  it("a success without an amount, from whoever always names one, credits nothing; a query may still settle it", () => {
    const about = paid({ amount: null });
    expect(assume(about)).toBeNull();
    const payment = hear(after(accepted), about);
    expect(payment).toMatchObject({ state: "pending", disputed: false });
    expect(exceptions(payment)).toEqual(["conflicting_evidence"]);
    expect(hear(payment, queryPaid()).state).toBe("succeeded");
  });

  it("a refusal after somebody said *paid* with another amount does not fail the payment", () => {
    const payment = after(paid({ amount: shillings(1) }), refused);
    expect(payment.state).toBe("initiated");
    expect(exceptions(payment)).toEqual(["amount_mismatch", "conflicting_evidence"]);
  });

  it("an acceptance after a refusal is kept and shown to a person", () => {
    const payment = after(refused, accepted);
    expect(payment).toMatchObject({ state: "failed", push: PUSH });
    expect(exceptions(payment)).toEqual(["conflicting_evidence"]);
  });

  it("a dispute ends when a person has looked and says that nothing was paid", () => {
    const payment = after(accepted, paid({ amount: shillings(1) }), unpaid("operator"));
    expect(payment).toMatchObject({ state: "failed", disputed: false });
  });

  it("a failure that names another push changes nothing", () => {
    const failure = { code: "wrong_pin", resultCode: "2001", resultDesc: null } as const;
    const payment = hear(after(accepted), said({ finding: "unpaid", failure, push: OTHER_PUSH }));
    expect(payment.state).toBe("pending");
    expect(exceptions(payment)).toEqual(["conflicting_evidence"]);
  });
});

describe("a receipt that belongs to another transaction", () => {
  it("credits nothing, and only evidence that names the amount can", () => {
    for (const before of [after(accepted), after(accepted, unpaid())]) {
      const disputed = hear(before, paid(), receiptTaken(before));
      expect(disputed).toMatchObject({ state: before.state, receipt: null, disputed: true });
      expect(hear(disputed, queryPaid())).toBe(disputed);
      expect(hear(disputed, paid({ receipt: "RKL51ZDR4F" }))).toMatchObject({ state: "succeeded" });
    }
  });
});

describe("what was heard before", () => {
  it("changes nothing", () => {
    const about = paid();
    const payment = after(accepted, about);
    expect(decide(payment, about)).toEqual({ decision: "ignore", because: "this very message was heard before" });
  });

  it("from a foreign address is believed when it comes from Safaricom", () => {
    const about = paid();
    const foreign = weigh({ ...about.evidence, finding: "unverified" });
    const payment = after(accepted, foreign);
    expect(payment.state).toBe("pending");
    expect(exceptions(payment)).toEqual(["unverified_source"]);
    expect(hear(payment, about).state).toBe("succeeded");
  });
});

describe("a history that is full", () => {
  const noisy = (more: number): readonly Weighed[] =>
    Array.from({ length: HISTORY_LIMIT + more }, () => said({ finding: "unverified" }));
  const full = (): Payment => after(accepted, ...noisy(20));

  it("takes no more of the same", () => expect(full().history).toHaveLength(HISTORY_LIMIT));

  it("still learns that the money came", () => expect(hear(full(), paid()).state).toBe("succeeded"));

  it("still learns of a contradiction, so that noise can't open the door to a wrong credit", () => {
    const disputed = hear(full(), paid({ amount: shillings(1) }));
    expect(disputed.disputed).toBe(true);
    expect(exceptions(disputed)).toContain("amount_mismatch");
    expect(hear(disputed, queryPaid())).toBe(disputed);
  });

  it("still learns of a contradiction after a person had ended one of the same kind", () => {
    const wrong = () => paid({ amount: shillings(1) });
    const ended = after(accepted, wrong(), unpaid("operator"), ...noisy(0));
    expect(ended).toMatchObject({ state: "failed", disputed: false });
    expect(hear(ended, wrong()).disputed).toBe(true);
  });

  it("still learns that a receipt is another transaction's, once", () => {
    const payment = full();
    const disputed = hear(payment, paid(), receiptTaken(payment));
    expect(disputed.disputed).toBe(true);
    expect(exceptions(disputed)).toContain("duplicate_receipt");
    expect(receiptTaken(disputed).decision).toBe("ignore");
  });

  it("takes the last repetition that has room, and not the one after it", () => {
    const nearly = after(accepted, ...noisy(-3));
    expect(nearly.history).toHaveLength(HISTORY_LIMIT - 1);
    const last = hear(nearly, said({ finding: "unverified" }));
    expect(last.history).toHaveLength(HISTORY_LIMIT);
    expect(hear(last, said({ finding: "unverified" }))).toBe(last);
  });

  it("still learns a push, a receipt and a first exception of each kind, and each once", () => {
    const paidUnnamed = hear(after(queryPaid(), ...noisy(20)), overdue);
    expect(hear(paidUnnamed, paid()).receipt).toBe(RECEIPT);
    const unasked = after(lost, ...noisy(20));
    expect(hear(unasked, accepted).push).toEqual(PUSH);
    const puzzled = hear(full(), said({ finding: "unreadable", because: "words" }));
    expect(exceptions(puzzled)).toContain("unreadable_callback");
    expect(hear(puzzled, said({ finding: "unreadable", because: "others" }))).toBe(puzzled);
  });
});

describe("a history that has room", () => {
  it("takes a repetition with a text of its own, and none without", () => {
    const once = after(accepted, said({ finding: "unverified" }));
    expect(hear(once, said({ finding: "unverified" })).history).toHaveLength(once.history.length + 1);
    const silent = weigh({ finding: "unverified", source: "callback", at: 1, by: "b", requestId: "r", raw: null });
    expect(hear(once, silent)).toBe(once);
  });

  it("takes each time that a receipt is another's, until it is full", () => {
    const payment = hear(after(accepted), paid(), receiptTaken(after(accepted)));
    expect(receiptTaken(payment).decision).toBe("note");
    const noisy = Array.from({ length: HISTORY_LIMIT - payment.history.length }, () => said({ finding: "unverified" }));
    const full = noisy.reduce((life, about) => hear(life, about), payment);
    expect(full.history).toHaveLength(HISTORY_LIMIT);
    expect(receiptTaken(full).decision).toBe("ignore");
  });
});
