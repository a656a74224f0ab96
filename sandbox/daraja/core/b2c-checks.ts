/**
 * What Safaricom checks before a payout is taken, in its order and with its words. Whether the initiator may do this is
 * not among it: that is found out later, and said in the result.
 */
import { checkCallbackUrl } from "./callback-url.ts";
import { bodyRefusal, type Call } from "./endpoint.ts";
import { silence } from "./exchange.ts";
import {
  fieldOf,
  firstInvalid,
  isCallbackUrl,
  isMsisdn,
  lengthBetween,
  oneOf,
  refused,
  shillingsBetween,
  type Checked,
  type FieldRule,
  type FieldRules,
} from "./field-rules.ts";
import type { PayoutOrder } from "./payout.ts";
import { invalidField } from "./refusals.ts";
import { SECURITY_CREDENTIAL } from "./security-credential.ts";
import type { World } from "./world.ts";

const AMOUNT_MIN = 10;
const AMOUNT_MAX = 250_000;

const isConversationId: FieldRule = (text) => /^\S{1,100}$/.test(text);
export const isInitiatorName: FieldRule = lengthBetween(1, 100);
export const isCredential: FieldRule = (text) => SECURITY_CREDENTIAL.test(text);
export const isRemarks: FieldRule = lengthBetween(2, 100);
export const isOccasion: FieldRule = lengthBetween(0, 100);

const rulesOf = (world: Pick<World, "switches" | "organisations">): FieldRules => [
  ["InitiatorName", isInitiatorName],
  ["SecurityCredential", isCredential],
  ["CommandID", oneOf("BusinessPayment", "SalaryPayment", "PromotionPayment")],
  ["Amount", shillingsBetween(AMOUNT_MIN, AMOUNT_MAX)],
  ["PartyA", (text) => world.organisations.has(text)],
  ["PartyB", isMsisdn],
  ["Remarks", isRemarks],
  ["QueueTimeOutURL", isCallbackUrl(world.switches())],
  ["ResultURL", isCallbackUrl(world.switches())],
  ["Occassion", isOccasion],
];

/** Whether M-PESA falls silent over a callback URL of this request. */
export const isMetWithSilence = (world: Pick<World, "switches">, call: Call): boolean =>
  ["ResultURL", "QueueTimeOutURL"].some((name) => checkCallbackUrl(call.fields[name], world.switches()) === "silent");

type Checks = Pick<World, "switches" | "organisations" | "ids">;

/** A submit that M-PESA would take, or the answer it gets instead. v1 has no id of the caller's: one is made up. */
export const checkPayout = (world: Checks, call: Call, version: "v1" | "v3"): Checked<PayoutOrder> => {
  const idRules: FieldRules = version === "v3" ? [["OriginatorConversationID", isConversationId]] : [];
  const rules = [...idRules, ...rulesOf(world)];
  const unreadable = bodyRefusal(call, rules[0]?.[0] ?? "");
  if (unreadable) return refused(call, unreadable);
  const invalid = firstInvalid(call, rules);
  if (invalid !== undefined) return refused(call, invalidField(invalid));
  if (isMetWithSilence(world, call)) return { ok: false, outcome: silence };
  const field = (name: string): string => fieldOf(call, name);
  const order: PayoutOrder = {
    originatorConversationId: version === "v3" ? field("OriginatorConversationID") : world.ids.request(),
    initiator: field("InitiatorName"),
    commandId: field("CommandID"),
    shortcode: field("PartyA"),
    organisation: world.organisations.get(field("PartyA")) ?? "",
    msisdn: field("PartyB"),
    amount: Number(field("Amount")),
    remarks: field("Remarks"),
    occasion: field("Occassion"),
    resultUrl: field("ResultURL"),
    queueTimeoutUrl: field("QueueTimeOutURL"),
  };
  return { ok: true, value: order };
};
