import { expect, it } from "vitest";
import { isScope, SCOPES } from "../../../functions/domain/scopes.ts";

it("a scope is one of those that there are, letter for letter", () => {
  expect(SCOPES.every(isScope)).toBe(true);
  for (const other of ["", "payments", "payments:read ", "PAYMENTS:READ", "payouts:read", "toString"])
    expect(isScope(other), other).toBe(false);
});
