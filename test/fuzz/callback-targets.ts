/**
 * What M-PESA says to us unasked. The judge: money may be credited only by a document that itself says 0, the amount of the
 * intent and, where it names them, the intent's phone and push; read here without the gateway's own readers.
 */
import { readBalanceResult } from "../../functions/daraja/balance-result.ts";
import { readC2b } from "../../functions/daraja/c2b-payment.ts";
import { readB2cResult, readStatusResult } from "../../functions/daraja/payout-results.ts";
import { resultEvidence, statusEvidence } from "../../functions/daraja/payout-evidence.ts";
import { readReceiptStatus } from "../../functions/daraja/receipt-status.ts";
import { readReversalResult } from "../../functions/daraja/reversal-results.ts";
import { readStkCallback } from "../../functions/daraja/stk-callback.ts";
import { callbackEvidence } from "../../functions/daraja/stk-evidence.ts";
import { decide } from "../../functions/domain/decide.ts";
import { decidePayout } from "../../functions/domain/decide-payout.ts";
import type { Chance } from "../world/core/prng.ts";
import {
  AMOUNT,
  B2C_RESULTS,
  C2B,
  CHECKOUT,
  PHONE,
  RECEIPTS,
  REVERSALS,
  STATUSES,
  STK_CALLBACKS,
} from "./documents.ts";
import { payment, payout, phoneHash } from "./intents.ts";
import { changeDocument } from "./mutate.ts";
import { isShillings, isZero, itemsBy, saidBy, says } from "./said.ts";
import type { Said } from "./said.ts";
import { outcome } from "./target.ts";
import type { Outcome, Target } from "./target.ts";

const received = (raw: string) => ({ at: 1_795_000_000_000, by: "safaricom", requestId: "fuzz", raw });

const weighed = <E extends { readonly finding: string }>(evidence: E) => {
  const phone = "phone" in evidence && typeof evidence.phone === "string" ? evidence.phone : null;
  return { evidence, phoneHash: phone === null ? null : phoneHash(phone), rawHash: null };
};

/** Names another phone, in full. */
const isOtherPhone = (value: string): boolean =>
  /^(?:254|0)?[17]\d{8}$/.test(value) && !PHONE.endsWith(value.slice(-9));
const isOtherPush = (value: string): boolean => value !== CHECKOUT;

/** Why a document that was credited should not have been; `contradicts` says where else it may betray itself. */
const unjust = (
  text: string,
  {
    codes,
    amounts,
    contradicts,
  }: { codes: string[]; amounts: string[]; contradicts: (said: readonly Said[]) => boolean },
): Readonly<Record<string, boolean>> => {
  const said = saidBy(text);
  return {
    "credited what is no JSON": said === null,
    "credited what does not say 0": said !== null && !says(said, codes, isZero),
    "credited another amount": said !== null && !says(said, amounts, isShillings(AMOUNT)),
    "credited what contradicts the intent": said !== null && contradicts(said),
  };
};

/** Every value of the name is another one: nothing of it agrees. */
const onlyOthers = (said: readonly Said[], name: string, isOther: (value: string) => boolean): boolean => {
  const values = said.filter((each) => each.name === name);
  return values.length > 0 && values.every(({ value }) => isOther(value));
};

const stk =
  (read: typeof readStkCallback) =>
  (text: string): Outcome => {
    const callback = read(text);
    if (!callback.readable) return outcome(text, false, {});
    const decision = decide(payment, weighed(callbackEvidence(callback.finding, received(text))));
    const credited = decision.decision === "move" && decision.to === "succeeded";
    const contradicts = (said: readonly Said[]): boolean =>
      onlyOthers(said, "checkoutrequestid", isOtherPush) || onlyOthers(itemsBy(text), "phonenumber", isOtherPhone);
    return outcome(
      text,
      credited,
      credited ? unjust(text, { codes: ["resultcode"], amounts: ["amount"], contradicts }) : {},
    );
  };

/** Names another phone in front of a name. */
const isOtherParty = (value: string): boolean => isOtherPhone(value.split(" - ", 1)[0] ?? "");

const payoutCredit = (
  text: string,
  evidence: ReturnType<typeof resultEvidence>,
  { amount, party }: { readonly amount: string; readonly party: string },
): Outcome => {
  const decision = decidePayout(payout, weighed(evidence));
  const credited = decision.decision === "move" && decision.to === "succeeded";
  const contradicts = (said: readonly Said[]): boolean => onlyOthers(said, party, isOtherParty);
  return outcome(
    text,
    credited,
    credited ? unjust(text, { codes: ["resultcode"], amounts: [amount], contradicts }) : {},
  );
};

const b2c = (text: string): Outcome => {
  const evidence = resultEvidence(readB2cResult(text), received(text));
  return payoutCredit(text, evidence, { amount: "transactionamount", party: "receiverpartypublicname" });
};

const status = (text: string): Outcome => {
  const evidence = statusEvidence(readStatusResult(text).outcome, received(text));
  const made = payoutCredit(text, evidence, { amount: "amount", party: "creditpartyname" });
  const completed = says(saidBy(text) ?? [], ["transactionstatus"], (value) => value.toLowerCase() === "completed");
  return { ...made, wrong: made.wrong ?? (made.credited && !completed ? "credited what is not completed" : null) };
};

const reversal = (text: string): Outcome => {
  const credited = readReversalResult(text).finding === "reversed";
  const said = saidBy(text);
  return outcome(text, credited, {
    "gave back what does not say 0": credited && !says(said ?? [], ["resultcode"], isZero),
  });
};

const c2b = (text: string): Outcome => {
  const message = readC2b(text);
  if (!message.readable) return outcome(text, false, {});
  const { amount, receipt, shortcode } = message.payment;
  const said = saidBy(text);
  return outcome(text, true, {
    "read what is no JSON": said === null,
    "read an amount that is not there": !says(said ?? [], ["transamount"], isShillings(amount / 100)),
    "read an amount that is none": !Number.isSafeInteger(amount) || amount <= 0,
    "read a receipt that is not there": !says(said ?? [], ["transid"], (value) => value.toUpperCase() === receipt),
    "read a shortcode that is not there": !says(said ?? [], ["businessshortcode"], (value) =>
      value.includes(shortcode),
    ),
  });
};

const receipt = (text: string): Outcome => {
  const { word } = readReceiptStatus(text);
  const credited = word.says === "paid";
  const said = saidBy(text) ?? [];
  return outcome(text, credited, {
    "believed what does not say 0": credited && !says(said, ["resultcode"], isZero),
    "believed an amount that is not there": credited && !says(said, ["amount"], isShillings(word.payment.amount / 100)),
  });
};

const balance = (text: string): Outcome => {
  const result = readBalanceResult(text);
  return outcome(text, false, {
    "holds an amount that is none":
      result.readable &&
      !Object.values(result.balances).every((each) => typeof each !== "number" || Number.isFinite(each)),
  });
};

const target = (name: string, documents: readonly string[], read: (text: string) => Outcome): Target => ({
  name,
  weight: 12,
  run: (chance: Chance) => read(changeDocument(chance, documents[chance.between(0, documents.length - 1)] ?? "")),
});

/** The callback of a push, read by `read`. */
export const stkTarget = (read: typeof readStkCallback): Target => target("STK callback", STK_CALLBACKS, stk(read));

export const CALLBACK_TARGETS: readonly Target[] = [
  stkTarget(readStkCallback),
  target("B2C result", B2C_RESULTS, b2c),
  target("status result", STATUSES, status),
  target("reversal result", REVERSALS, reversal),
  target("C2B confirmation", C2B, c2b),
  target("receipt status", RECEIPTS, receipt),
  target("balance result", [...STATUSES, ...B2C_RESULTS], balance),
];
