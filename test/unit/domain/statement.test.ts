import { describe, expect, it } from "vitest";
import { SignedCents, utilityAvailable } from "../../../functions/domain/balance.ts";
import type { Account } from "../../../functions/domain/balance.ts";
import { isImported } from "../../../functions/domain/statement.ts";
import type { Statement, StatementContent } from "../../../functions/domain/statement.ts";

const content: StatementContent = {
  format: "csv",
  template: "current",
  shortcode: "174379",
  account: "utility",
  accountName: null,
  from: 0,
  until: 1,
  opening: null,
  closing: null,
  paidIn: SignedCents.parse(0),
  withdrawn: SignedCents.parse(0),
  lineCount: 0,
  unreadableCount: 0,
  unreadable: [],
  balanceBreaks: 0,
  firstBreakRow: null,
  digest: "aa",
};
const imported: Statement = {
  id: "stm_1",
  storefront: "demo",
  state: "imported",
  asked: { shortcode: null, account: null, from: null, until: null },
  createdBy: "key_1",
  createdAt: 0,
  updatedAt: 0,
  rowsRead: 0,
  content,
  lines: { file: "f", sha256: "aa" },
  duplicateOf: null,
  refusal: null,
};

describe("a statement counts", () => {
  it("once its lines are kept", () => expect(isImported(imported)).toBe(true));

  it.each<[string, Partial<Statement>]>([
    ["is being imported", { state: "importing" }],
    ["was refused", { state: "refused" }],
    ["has no content", { content: null }],
    ["has no lines", { lines: null }],
    ["says what another said before", { duplicateOf: "stm_0" }],
  ])("but not one that %s", (_, changes) => {
    expect(isImported({ ...imported, ...changes })).toBe(false);
  });
});

describe("what payouts can draw on", () => {
  const account = (name: string, cents: number): Account => {
    const [none, available] = [SignedCents.parse(0), SignedCents.parse(cents)];
    return { name, currency: "KES", current: none, available, reserved: none, uncleared: none };
  };
  const available = (...accounts: readonly Account[]) => utilityAvailable({ accounts, asOf: null });

  it("is what the utility account has available, however M-PESA spells it", () => {
    expect(available(account("Working Account", 1), account("Utility Account", 2))).toBe(2);
    expect(available(account(" UTILITY ACCOUNT", 2))).toBe(2);
    expect(available(account("Utility", -5))).toBe(-5);
  });

  it("is unknown where M-PESA names no such account", () => {
    expect(available(account("Working Account", 1), account("Utilities", 2), account("My Utility", 3))).toBeNull();
    expect(available()).toBeNull();
  });
});
