/**
 * Transaction status: what became of one transaction, by its receipt or by the id its sender gave it. The answer comes
 * as a Result, or, with `unknown_status: "silence"`, for an id nobody knows never comes at all.
 */
import { acceptedAnswer } from "./accepted.ts";
import { badTokenReading } from "./bad-tokens.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import type { Outcome } from "./exchange.ts";
import type { CallbackPlan } from "./faults.ts";
import { fieldOf } from "./field-rules.ts";
import { genericReceipt } from "./ids.ts";
import type { Finding } from "./inquiries.ts";
import { askedAbout, checkStatus } from "./inquiry-checks.ts";
import { processed, transactionUnknown, type MpesaResult } from "./mpesa-results.ts";
import { spikeArrest } from "./refusals.ts";
import { text, type Parameter } from "./result-body.ts";
import { menuPaymentParameters, payoutParameters, pushParameters, reversalParameters } from "./status-finding.ts";
import { isMenuPayment, isPayout, isPush, isReversal, type Transaction } from "./transactions.ts";
import type { World } from "./world.ts";

/** A transaction by whatever goes by this name; only money that moved has a receipt. */
const named = (world: World, asked: ReturnType<typeof askedAbout>): Transaction | undefined => {
  if ("originatorConversationId" in asked) {
    const id = asked.originatorConversationId;
    return world.payoutBook.find(id) ?? world.reversalBook.find(id);
  }
  const { receipt } = asked;
  const fromMenu = world.menuPayments.find(receipt);
  return (
    world.payoutBook.findReceipt(receipt) ??
    world.register.findReceipt(receipt) ??
    world.reversalBook.findReceipt(receipt) ??
    (fromMenu?.state === "paid" ? fromMenu : undefined)
  );
};

const parametersOf = (found: Transaction): Parameter[] => {
  if (isPush(found)) return pushParameters(found);
  if (isMenuPayment(found)) return menuPaymentParameters(found);
  return isReversal(found) ? reversalParameters(found) : payoutParameters(found);
};

/** What the asking shortcode may see; null when nothing of its own goes by that name. */
const knownTo = (world: World, call: Call, shortcode: string): Parameter[] | null => {
  const found = named(world, askedAbout(call));
  return found?.shortcode === shortcode ? parametersOf(found) : null;
};

const findStatus =
  (world: World, call: Call, order: { readonly shortcode: string; readonly occasion: string }) =>
  (refusal: MpesaResult | null): Finding | null => {
    const parameters = refusal === null ? knownTo(world, call, order.shortcode) : null;
    if (refusal === null && parameters === null && world.switches().unknown_status === "silence") return null;
    return {
      result: refusal ?? (parameters === null ? transactionUnknown : processed),
      transactionId: genericReceipt(world.clock.now()),
      parameters: parameters ?? [],
      chief: "TransactionStatus",
      reference: order.occasion === "" ? ["Occasion"] : ["Occasion", text(order.occasion)],
    };
  };

const ask = async (world: World, call: Call, plan: CallbackPlan): Promise<Outcome> => {
  const checked = checkStatus(world, call);
  if (!checked.ok) return checked.outcome;
  const { inquiry, told } = world.inquiries.ask({
    order: checked.value,
    credential: fieldOf(call, "SecurityCredential"),
    plan,
    requestBody: call.body,
    find: findStatus(world, call, checked.value),
  });
  if (plan.before_answer) await Promise.race([told, world.stopped]);
  return acceptedAnswer(inquiry);
};

/** The transaction status endpoint. */
export const statusEndpoints = (world: World): Endpoint[] => [
  {
    method: "POST",
    path: "/mpesa/transactionstatus/v1/query",
    badToken: badTokenReading(world.switches, "status"),
    lane: { name: "status", shortcodeField: "PartyA", refuse: spikeArrest },
    subject(fields) {
      const found = named(world, askedAbout({ fields }));
      return {
        msisdn: found?.msisdn ?? undefined,
        references: found !== undefined && isPayout(found) ? [found.occasion, found.originatorConversationId] : [],
      };
    },
    callsBack: "when_named",
    execute: (call, plan) => ask(world, call, plan),
  },
];
