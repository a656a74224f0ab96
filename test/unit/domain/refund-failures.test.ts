import { describe, expect, it } from "vitest";
import { REFUND_FAILURE_CODES, REFUND_FAILURES } from "../../../functions/domain/refund-failures.ts";

describe.each(REFUND_FAILURE_CODES)("the text of a refund that failed by %s", (code) => {
  const { message, refundAgain } = REFUND_FAILURES[code];

  it("is whole sentences, and says that no money went back", () => {
    expect(message).toMatch(/^[A-Z].*[.]$/s);
    expect(message).toContain("No money went back");
  });

  it("offers the same again only where it may be asked for, and at once only where nothing has to be mended", () => {
    expect(message.includes("A new refund may be asked for")).toBe(refundAgain === "yes");
    if (refundAgain === "no") expect(message).not.toMatch(/new refund/);
  });
});
