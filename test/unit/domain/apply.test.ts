import { describe, expect, it } from "vitest";
import { apply } from "../../../functions/domain/apply.ts";
import { entryFor, hear } from "../../laws/arbitraries.ts";
import { accepted, after, paid, refused, said } from "./payment-sayings.ts";

describe("applying a decision", () => {
  it("leaves the payment alone when the decision is to ignore", () => {
    const payment = after(accepted);
    const ignored = { decision: "ignore", because: "" } as const;
    expect(apply(payment, ignored, entryFor(payment, accepted, ignored))).toBe(payment);
  });

  it("grows the version and the history by one and takes the entry's time", () => {
    const before = after(accepted);
    const next = hear(before, paid());
    expect(next).toMatchObject({ version: before.version + 1, updatedAt: 1_700_000_010_000, check: null });
    expect(next.history).toHaveLength(before.history.length + 1);
    expect(before.check).not.toBeNull();
  });

  it("leaves its check where it is when it only notes something", () => {
    const before = after(accepted);
    expect(hear(before, said({ finding: "unverified" })).check).toEqual(before.check);
  });

  it("refuses a move that the table does not know", () => {
    const payment = after(accepted, paid());
    const illegal = { decision: "move", to: "failed", facts: {}, exception: null } as const;
    expect(() => apply(payment, illegal, entryFor(payment, refused, illegal))).toThrow(/succeeded to failed/);
  });
});
