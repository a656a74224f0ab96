import { describe, expect, it } from "vitest";
import { SignedCents } from "../../../functions/domain/balance.ts";
import { createRunningBalance } from "../../../functions/statements/running-balance.ts";
import type { BalanceCheck } from "../../../functions/statements/running-balance.ts";

type Short = readonly [at: number, amount: number, balance: number | null];

const cents = (value: number): SignedCents => SignedCents.parse(value);
const check = (lines: readonly Short[], { completed = true } = {}): BalanceCheck => {
  const balances = createRunningBalance();
  lines.forEach(([at, amount, balance], index) => {
    balances.add({
      ...{ row: index + 2, receipt: "TKM2000001", kind: "payment", completedAt: at, initiatedAt: null },
      ...{ amount: cents(amount), balance: balance === null ? null : cents(balance), completed },
      ...{ status: "Completed", details: "", party: null, reference: null, linkedReceipt: null },
    });
  });
  return balances.result();
};

const OLDEST_FIRST: readonly Short[] = [
  [1, 100, 100],
  [2, 50, 150],
  [3, -30, 120],
  [4, 80, 200],
];
const NEWEST_FIRST = OLDEST_FIRST.toReversed();

it.each([
  ["newest", NEWEST_FIRST],
  ["oldest", OLDEST_FIRST],
])("balances that follow from one another have no break, the %s line first", (_order, lines) => {
  expect(check(lines)).toEqual({ compared: 3, breakCount: 0, breaks: [] });
});

describe("a break is told with its row and both balances", () => {
  it.each<[string, readonly Short[], object]>([
    ["a line is missing", NEWEST_FIRST.toSpliced(1, 1), { row: 3, expected: 120, found: 150 }],
    ["a line is doubled", NEWEST_FIRST.toSpliced(1, 0, NEWEST_FIRST[1]!), { row: 4, expected: 150, found: 120 }],
    ["an amount is changed", NEWEST_FIRST.with(1, [3, -40, 120]), { row: 4, expected: 160, found: 150 }],
  ])("when %s", (_what, lines, found) => {
    expect(check(lines)).toMatchObject({ breakCount: 1, breaks: [found] });
  });
});

it("lines of one second may stand in any order in which they add up", () => {
  const pair: readonly Short[] = [
    [2, 1_000, 1_100],
    [2, -10, 1_090],
    [2, -10, 1_080],
  ];
  for (const together of [pair, pair.toReversed(), [pair[1]!, pair[0]!, pair[2]!]])
    expect(check([[3, 20, 1_100], ...together, [1, 100, 100]])).toMatchObject({ compared: 4, breakCount: 0 });
});

it("a way that comes back to where it began is found among lines of one second", () => {
  const sweep: readonly Short[] = [
    [2, 500, 500],
    [2, -500, 0],
    [2, 500, 500],
    [2, -500, 0],
    [2, 70, 70],
  ];
  expect(check([[3, 30, 100], ...sweep, [1, -900, 0]])).toMatchObject({ compared: 6, breakCount: 0 });
});

it("a line of one second that fits nowhere is a break", () => {
  const lines: readonly Short[] = [
    [2, -10, 90],
    [2, 100, 100],
    [2, 40, 400],
    [1, 0, 0],
  ];
  expect(check(lines).breakCount).toBeGreaterThan(0);
});

it("a line that was never completed moves nothing", () => {
  const still: Short = [3, 999, 150];
  expect(check([still, still], { completed: false })).toMatchObject({ compared: 1, breakCount: 0 });
});

it("a movement without a balance is not guessed across", () => {
  expect(check(NEWEST_FIRST.with(1, [3, -30, null]))).toMatchObject({ compared: 1, breakCount: 0 });
});

it("of very many breaks the first hundred are listed and all are counted", () => {
  const lines = Array.from({ length: 301 }, (_, index): Short => [index, 1, index * 1_000]);
  const { breakCount, breaks } = check(lines);
  expect(breakCount).toBe(300);
  expect(breaks).toHaveLength(100);
});
