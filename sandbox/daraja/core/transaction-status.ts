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
import type { Payout } from "./payout.ts";
import type { Push } from "./push.ts";
import { spikeArrest } from "./refusals.ts";
import { text, type Parameter } from "./result-body.ts";
import { payoutParameters, pushParameters } from "./status-finding.ts";
import type { World } from "./world.ts";

const payoutIn = (world: World, call: Pick<Call, "fields">): Payout | undefined => {
  const asked = askedAbout(call);
  return "receipt" in asked
    ? world.payoutBook.findReceipt(asked.receipt)
    : world.payoutBook.find(asked.originatorConversationId);
};

const pushIn = (world: World, call: Pick<Call, "fields">): Push | undefined => {
  const asked = askedAbout(call);
  return "receipt" in asked ? world.register.findReceipt(asked.receipt) : undefined;
};

/** What the asking shortcode may see; null when nothing of its own goes by that name. */
const knownTo = (world: World, call: Call, shortcode: string): Parameter[] | null => {
  const payout = payoutIn(world, call);
  if (payout?.shortcode === shortcode) return payoutParameters(payout);
  const push = pushIn(world, call);
  return push?.shortcode === shortcode ? pushParameters(push) : null;
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
      const payout = payoutIn(world, { fields });
      const push = payout === undefined ? pushIn(world, { fields }) : undefined;
      return {
        msisdn: payout?.msisdn ?? push?.msisdn,
        references: payout === undefined ? [] : [payout.occasion, payout.originatorConversationId],
      };
    },
    callsBack: "when_named",
    execute: (call, plan) => ask(world, call, plan),
  },
];
