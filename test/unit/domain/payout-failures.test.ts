import { describe, expect, it } from "vitest";
import { isStopped, PAYOUT_FAILURE_CODES } from "../../../functions/domain/payout-failures.ts";

describe("a payout that something stopped for all", () => {
  const failed = { state: "failed", failure: { code: "float_too_low" }, replacedBy: null } as const;

  it("is one that failed by it and was not replaced", () => {
    expect(isStopped(failed)).toBe(true);
    expect(isStopped({ ...failed, state: "succeeded" })).toBe(false);
    expect(isStopped({ ...failed, failure: null })).toBe(false);
    expect(isStopped({ ...failed, replacedBy: "pyo_2" })).toBe(false);
  });

  it("failed for want of float, or by what the initiator or the shortcode lacks", () => {
    const stopping = PAYOUT_FAILURE_CODES.filter((code) => isStopped({ ...failed, failure: { code } }));
    expect(stopping).toEqual([
      "float_too_low",
      "initiator_misconfigured",
      "initiator_locked",
      "shortcode_misconfigured",
    ]);
  });
});
