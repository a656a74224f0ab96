/**
 * What Safaricom checks before it takes a question, in its order and with its words. The fields are those of a payout
 * under other names: `Initiator` and `Occasion` here, `InitiatorName` and `Occassion` there.
 */
import { isCredential, isInitiatorName, isMetWithSilence, isOccasion, isRemarks } from "./b2c-checks.ts";
import { bodyRefusal, type Call } from "./endpoint.ts";
import { silence } from "./exchange.ts";
import {
  fieldOf,
  firstInvalid,
  isCallbackUrl,
  oneOf,
  refused,
  type Checked,
  type FieldRule,
  type FieldRules,
} from "./field-rules.ts";
import type { InquiryOrder } from "./inquiry.ts";
import { invalidField } from "./refusals.ts";
import type { World } from "./world.ts";

const SHORTCODE_IDENTIFIER = "4";

const isReceiptOrNothing: FieldRule = (text) => /^([A-Za-z0-9]{10})?$/.test(text);
const isConversationOrNothing: FieldRule = (text) => /^\S{0,100}$/.test(text);

type Checks = Pick<World, "switches" | "organisations">;

const rulesOf = (world: Checks, command: string, own: FieldRules): FieldRules => [
  ["Initiator", isInitiatorName],
  ["SecurityCredential", isCredential],
  ["CommandID", oneOf(command)],
  ...own,
  ["PartyA", (text) => world.organisations.has(text)],
  ["IdentifierType", oneOf(SHORTCODE_IDENTIFIER)],
  ["Remarks", isRemarks],
  ["QueueTimeOutURL", isCallbackUrl(world.switches())],
  ["ResultURL", isCallbackUrl(world.switches())],
  ["Occasion", isOccasion],
];

const checkRules = (world: Checks, call: Call, rules: FieldRules): Checked<Omit<InquiryOrder, "kind" | "about">> => {
  const unreadable = bodyRefusal(call, "Initiator");
  if (unreadable) return refused(call, unreadable);
  const invalid = firstInvalid(call, rules);
  if (invalid !== undefined) return refused(call, invalidField(invalid));
  if (isMetWithSilence(world, call)) return { ok: false, outcome: silence };
  return {
    ok: true,
    value: {
      initiator: fieldOf(call, "Initiator"),
      shortcode: fieldOf(call, "PartyA"),
      occasion: fieldOf(call, "Occasion"),
      resultUrl: fieldOf(call, "ResultURL"),
      queueTimeoutUrl: fieldOf(call, "QueueTimeOutURL"),
    },
  };
};

/** A balance question that M-PESA would take, or the answer it gets instead. */
export const checkBalance = (world: Checks, call: Call): Checked<InquiryOrder> => {
  const checked = checkRules(world, call, rulesOf(world, "AccountBalance", []));
  if (!checked.ok) return checked;
  return { ok: true, value: { ...checked.value, kind: "balance", about: checked.value.shortcode } };
};

/** What a status question names: a receipt, or the id its sender gave the transaction, under either field's name. */
export const askedAbout = (call: Pick<Call, "fields">): { receipt: string } | { originatorConversationId: string } => {
  const receipt = fieldOf(call, "TransactionID");
  if (receipt !== "") return { receipt };
  const original = fieldOf(call, "OriginalConversationID");
  return { originatorConversationId: original === "" ? fieldOf(call, "OriginatorConversationID") : original };
};

/** A status question that M-PESA would take, or the answer it gets instead. It must name a receipt or an id. */
export const checkStatus = (world: Checks, call: Call): Checked<InquiryOrder> => {
  const asked = askedAbout(call);
  const about = "receipt" in asked ? asked.receipt : asked.originatorConversationId;
  const own: FieldRules = [
    ["TransactionID", (text) => isReceiptOrNothing(text) && about !== ""],
    ["OriginalConversationID", isConversationOrNothing],
    ["OriginatorConversationID", isConversationOrNothing],
  ];
  const checked = checkRules(world, call, rulesOf(world, "TransactionStatusQuery", own));
  return checked.ok ? { ok: true, value: { ...checked.value, kind: "status", about } } : checked;
};
