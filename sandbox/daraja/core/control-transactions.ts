/**
 * What M-PESA took, as the control API tells it: every transaction, the payouts' totals, the questions asked.
 */
import * as z from "zod";
import { invalidQuery, listAnswer } from "./control-answers.ts";
import { route, type Route } from "./control-route.ts";
import { jsonAnswer } from "./exchange.ts";
import { inquiryView } from "./inquiry.ts";
import { matching, TransactionFilters } from "./transaction-filters.ts";
import { transactionView, type Transaction } from "./transactions.ts";
import type { World } from "./world.ts";

const Page = z.object({
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
  offset: z.coerce.number().int().min(0).default(0),
});

const Listing = TransactionFilters.extend(Page.shape);

const transactions: Route["run"] = ({ query }, { world }) => {
  const parsed = Listing.safeParse(Object.fromEntries(query));
  if (!parsed.success) return invalidQuery(parsed.error.issues);
  const { limit, offset, ...filters } = parsed.data;
  const page: Transaction[] = [];
  let total = 0;
  for (const transaction of matching(world(), filters)) {
    if (total >= offset && page.length < limit) page.push(transaction);
    total += 1;
  }
  return jsonAnswer(200, { object: "list", total, data: page.map(transactionView) });
};

/** What the accounts say that payouts took, over all shortcodes, in whole shillings. */
const leftUtility = ({ accounts }: Pick<World, "accounts">) => {
  const each = accounts.shortcodes().map(accounts.paidOut);
  return {
    count: each.reduce((sum, { count }) => sum + count, 0),
    sum: each.reduce((sum, { cents }) => sum + cents, 0) / 100,
  };
};

/** Two books that never look at each other: what became of each payout, and what left the accounts. */
const payoutTotals: Route["run"] = (_call, { world }) =>
  jsonAnswer(200, { ...world().payoutBook.totals(), left_utility: leftUtility(world()) });

export const transactionRoutes: readonly Route[] = [
  route("GET", /^\/simulator\/transactions$/, transactions),
  route("GET", /^\/simulator\/payouts\/totals$/, payoutTotals),
  route("GET", /^\/simulator\/inquiries$/, (_call, { world }) => listAnswer(world().inquiries.all().map(inquiryView))),
];
