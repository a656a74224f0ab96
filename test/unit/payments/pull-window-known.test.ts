/** What the ledger knows against M-PESA's silence: payments that were told by receipt, within what a pull must show. */
import { expect, test } from "vitest";
import type { HistoryEntry } from "../../../functions/domain/history.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { knowsPaid } from "../../../functions/payments/pull-window-known.ts";
import type { ListQuery } from "../../../functions/store/ledger.ts";
import { HOUR, NOW } from "./pulled.ts";

const SPAN = { from: NOW - 6 * HOUR, until: NOW };

const payment = ({ toldBy = "c2b", ...rest }: Partial<Payment> & { readonly toldBy?: string } = {}): Payment => {
  return {
    id: "pay_known",
    receipt: "UKL1000001",
    paidAt: NOW - HOUR,
    history: [{ source: toldBy } as HistoryEntry],
    ...rest,
  } as Payment;
};

/** A ledger with pages of payments by storefront. */
const knows = (pages: Record<string, readonly (readonly Payment[])[]>) => {
  const queries: ListQuery[] = [];
  const list = (query: ListQuery) => {
    queries.push(query);
    const own = pages[query.storefront] ?? [];
    const at = Number(query.cursor ?? 0);
    return Promise.resolve({ payments: own[at] ?? [], next: at + 1 < own.length ? String(at + 1) : null });
  };
  const storefronts = () => Promise.resolve(Object.keys(pages).map((id) => ({ id })));
  return { known: knowsPaid({ ledger: { list }, storefronts, clock: { now: () => NOW } }), queries };
};

test("a payment that a confirmation told is known, on whatever page of whatever storefront", async () => {
  const { known } = knows({ quiet: [[]], shop: [[], [payment({ receipt: null })], [payment()]] });
  expect(await known(SPAN)).toBe("pay_known");
});

test("so is one that an earlier pull told", async () => {
  expect(await knows({ shop: [[payment({ toldBy: "pull" })]] }).known(SPAN)).toBe("pay_known");
});

test.each([
  ["has no receipt", payment({ receipt: null })],
  ["was told by its own callback alone, which need not be in a pull", payment({ toldBy: "callback" })],
  ["was told by a statement alone", payment({ toldBy: "statement" })],
  ["was paid minutes ago, which M-PESA may list late", payment({ paidAt: NOW - 10 * 60_000 })],
  [
    "was paid in the first three hours, which the other reading of the span leaves out",
    payment({ paidAt: NOW - 4 * HOUR }),
  ],
  ["has no time", payment({ paidAt: null })],
])("a payment that %s is no proof against an empty answer", async (_, one) => {
  expect(await knows({ shop: [[one]] }).known(SPAN)).toBeNull();
});

test("a span that is too short to be sure of asks nobody", async () => {
  const { known, queries } = knows({ shop: [[payment()]] });
  expect(await known({ from: NOW - 2 * HOUR, until: NOW })).toBeNull();
  expect(queries).toEqual([]);
});

test("the look has an end", async () => {
  const { known, queries } = knows({ shop: Array.from({ length: 500 }, () => []) });
  expect(await known(SPAN)).toBeNull();
  expect(queries.length).toBeLessThanOrEqual(20);
});
