/**
 * Reversal: a customer's payment given back through the API. It carries no id of the caller's; what keeps a second
 * request from paying back twice is that a payment is reversed at most once. The field names are Safaricom's, misspelled
 * as they are.
 */
import { acceptedAnswer } from "./accepted.ts";
import { isCredential, isInitiatorName, isMetWithSilence, isOccasion, isRemarks } from "./b2c-checks.ts";
import { badTokenReading } from "./bad-tokens.ts";
import { bodyRefusal, textOf, type Call, type Endpoint } from "./endpoint.ts";
import { silence, type Outcome } from "./exchange.ts";
import type { CallbackPlan } from "./faults.ts";
import {
  fieldOf,
  firstInvalid,
  isCallbackUrl,
  isReceipt,
  oneOf,
  refused,
  shillingsBetween,
  type Checked,
} from "./field-rules.ts";
import { invalidField, spikeArrest } from "./refusals.ts";
import type { ReversalOrder } from "./reversal.ts";
import type { World } from "./world.ts";

const AMOUNT_MAX = 250_000;
/** An organisation's shortcode, in this product alone. */
const SHORTCODE_IDENTIFIER = "11";

const checkReversal = (world: World, call: Call): Checked<ReversalOrder> => {
  const unreadable = bodyRefusal(call, "Initiator");
  if (unreadable) return refused(call, unreadable);
  const invalid = firstInvalid(call, [
    ["Initiator", isInitiatorName],
    ["SecurityCredential", isCredential],
    ["CommandID", oneOf("TransactionReversal")],
    ["TransactionID", isReceipt],
    ["Amount", shillingsBetween(1, AMOUNT_MAX)],
    ["ReceiverParty", (text) => world.organisations.has(text)],
    ["RecieverIdentifierType", oneOf(SHORTCODE_IDENTIFIER)],
    ["Remarks", isRemarks],
    ["QueueTimeOutURL", isCallbackUrl(world.switches())],
    ["ResultURL", isCallbackUrl(world.switches())],
    ["Occasion", isOccasion],
  ]);
  if (invalid !== undefined) return refused(call, invalidField(invalid));
  if (isMetWithSilence(world, call)) return { ok: false, outcome: silence };
  const field = (name: string): string => fieldOf(call, name);
  const order: ReversalOrder = {
    originalTransactionId: field("TransactionID"),
    initiator: field("Initiator"),
    shortcode: field("ReceiverParty"),
    organisation: world.organisations.get(field("ReceiverParty")) ?? "",
    amount: Number(field("Amount")),
    remarks: field("Remarks"),
    occasion: field("Occasion"),
    resultUrl: field("ResultURL"),
    queueTimeoutUrl: field("QueueTimeOutURL"),
  };
  return { ok: true, value: order };
};

const submit = async (world: World, call: Call, plan: CallbackPlan): Promise<Outcome> => {
  const checked = checkReversal(world, call);
  if (!checked.ok) return checked.outcome;
  const credential = fieldOf(call, "SecurityCredential");
  const { reversal, told } = world.reversals.take({ order: checked.value, credential, plan, requestBody: call.body });
  if (plan.before_answer) await Promise.race([told, world.stopped]);
  return acceptedAnswer(reversal);
};

/** The reversal endpoint. */
export const reversalEndpoints = (world: World): Endpoint[] => [
  {
    method: "POST",
    path: "/mpesa/reversal/v1/request",
    badToken: badTokenReading(world.switches, "reversal"),
    lane: { name: "reversal", shortcodeField: "ReceiverParty", refuse: spikeArrest },
    subject(fields) {
      const original = textOf(fields["TransactionID"]) ?? "";
      return {
        msisdn: world.journal.payment(original)?.line.movement.msisdn ?? undefined,
        references: [original, textOf(fields["Occasion"]) ?? ""],
      };
    },
    callsBack: "when_named",
    execute: (call, plan) => submit(world, call, plan),
  },
];
