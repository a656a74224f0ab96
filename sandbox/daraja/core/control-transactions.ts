/**
 * What M-PESA took, as the control API tells it: every payment and payout, the payouts' totals, the questions asked.
 */
import * as z from "zod";
import { invalidQuery, listAnswer } from "./control-answers.ts";
import { route, type Route } from "./control-route.ts";
import { jsonAnswer } from "./exchange.ts";
import { inquiryView } from "./inquiry.ts";
import type { Payout } from "./payout.ts";
import type { Push } from "./push.ts";
import { isPush, oldestFirst, transactionView, type Transaction } from "./transactions.ts";
import type { World } from "./world.ts";

const TransactionFilters = z.strictObject({
  kind: z.enum(["stk_push", "payout"]).optional(),
  msisdn: z.string().optional(),
  /** AccountReference of a payment; Occassion or OriginatorConversationID of a payout. */
  reference: z.string().optional(),
  receipt: z.string().optional(),
  checkout_request_id: z.string().optional(),
  originator_conversation_id: z.string().optional(),
  state: z.enum(["prompting", "accepted", "paid", "failed"]).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
  offset: z.coerce.number().int().min(0).default(0),
});
type Filters = Omit<z.infer<typeof TransactionFilters>, "limit" | "offset">;

/** What can match at all: one look-up where an id is named, everything otherwise. */
const candidates = (world: World, filters: Filters): Iterable<Transaction> => {
  const { checkout_request_id: checkoutId, originator_conversation_id: originatorId, receipt } = filters;
  const named =
    checkoutId !== undefined
      ? [world.register.find(checkoutId)]
      : originatorId !== undefined
        ? [world.payoutBook.find(originatorId)]
        : receipt !== undefined
          ? [world.register.findReceipt(receipt), world.payoutBook.findReceipt(receipt)]
          : undefined;
  return named?.filter((found) => found !== undefined) ?? oldestFirst(world);
};

const agrees = (wanted: string | undefined, actual: string | null): boolean =>
  wanted === undefined || wanted === actual;

const isAskedFor = (transaction: Transaction, filters: Filters): boolean =>
  agrees(filters.msisdn, transaction.msisdn) &&
  agrees(filters.state, transaction.state) &&
  agrees(filters.receipt, transaction.receipt) &&
  (isPush(transaction) ? isPushAskedFor(transaction, filters) : isPayoutAskedFor(transaction, filters));

const isPushAskedFor = (push: Push, filters: Filters): boolean =>
  agrees(filters.kind, "stk_push") &&
  agrees(filters.reference, push.reference) &&
  agrees(filters.checkout_request_id, push.checkoutRequestId) &&
  filters.originator_conversation_id === undefined;

const isPayoutAskedFor = (payout: Payout, filters: Filters): boolean =>
  agrees(filters.kind, "payout") &&
  (agrees(filters.reference, payout.occasion) || agrees(filters.reference, payout.originatorConversationId)) &&
  agrees(filters.originator_conversation_id, payout.originatorConversationId) &&
  filters.checkout_request_id === undefined;

const transactions: Route["run"] = ({ query }, { world }) => {
  const parsed = TransactionFilters.safeParse(Object.fromEntries(query));
  if (!parsed.success) return invalidQuery(parsed.error.issues);
  const { limit, offset, ...filters } = parsed.data;
  const page: Transaction[] = [];
  let total = 0;
  for (const transaction of candidates(world(), filters)) {
    if (!isAskedFor(transaction, filters)) continue;
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
