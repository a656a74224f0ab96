/** What one piece of evidence writes to a payment, whether somebody has read it or not. */
import type { Assumption } from "../domain/decide.ts";
import { OPEN_STATES } from "../domain/payment-states.ts";
import type { Facts, Weighed } from "../domain/payment.ts";
import { flag, number, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { Condition, Edit } from "./change-write.ts";
import { entryOf } from "./entry.ts";
import type { Change } from "./entry.ts";
import { STATE_CODES } from "./history-item.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { PAYMENT_AT as AT } from "./payment-item.ts";
import { writeFailure } from "./transaction-item.ts";
import type { LedgerChange } from "./write-change.ts";

/** The payment is as the evidence assumes. Nobody has read it. */
export const asAssumed = (assumption: Assumption): Condition => {
  const { states, amount, phoneHash, checkoutId, pushUnknown, undisputed } = assumption;
  const tests = [`${AT.state} IN (${states.map((_, index) => `:in${index}`).join(", ")})`];
  const values: Record<string, Item[string]> = Object.fromEntries(
    states.map((state, index) => [`:in${index}`, STATE_CODES.write(state)]),
  );
  if (amount !== null) {
    tests.push(`${AT.amount} = :amount`);
    values[":amount"] = number(amount);
  }
  if (phoneHash !== null) {
    tests.push(`begins_with(${AT.phoneKey}, :phone)`);
    values[":phone"] = text(keys.phone(phoneHash, ""));
  }
  if (checkoutId !== null) {
    tests.push(`(attribute_not_exists(${AT.checkoutId}) OR ${AT.checkoutId} = :push)`);
    values[":push"] = text(checkoutId);
  }
  if (pushUnknown) tests.push(`attribute_not_exists(${AT.checkoutId})`);
  if (undisputed) tests.push(`attribute_not_exists(${AT.disputed})`);
  return { text: tests.join(" AND "), values };
};

const factsSet = (facts: Facts, pushHash: string | null): Item => ({
  ...(facts.push
    ? {
        [AT.checkoutId]: text(facts.push.checkoutId),
        [AT.merchantId]: text(facts.push.merchantId),
        ...(pushHash === null ? {} : { [AT.pushKey]: text(pushHash) }),
      }
    : {}),
  ...(facts.receipt === undefined ? {} : { [AT.receipt]: text(facts.receipt) }),
  ...(facts.paidAt === undefined ? {} : { [AT.paidAt]: number(facts.paidAt) }),
  ...(facts.failure ? { [AT.failure]: writeFailure(facts.failure) } : {}),
  ...(facts.disputed === true ? { [AT.disputed]: flag(true) } : {}),
});

/** Whether nothing is left to ask once this is written. */
const endsChecks = (change: Change, { evidence }: Weighed): boolean =>
  evidence.finding === "overdue" || (change.decision === "move" && !OPEN_STATES.some((open) => open === change.to));

/** The decision as an edit of an item that nobody needs to have read. */
const editOf = (change: Change, weighed: Weighed, pushHash: string | null): Edit => ({
  set: {
    ...(change.decision === "move" ? { [AT.state]: STATE_CODES.write(change.to) } : {}),
    ...factsSet(change.facts, pushHash),
  },
  remove: [
    ...(change.facts.failure === null ? [AT.failure] : []),
    ...(change.facts.disputed === false ? [AT.disputed] : []),
    ...(endsChecks(change, weighed) ? [AT.dueKey, AT.checkAt, AT.attempt] : []),
  ],
});

/** A taken push says everything in its facts; its hash is enough. Whatever surprised us is kept word for word. */
const keepsText = ({ evidence }: Weighed, change: Change): boolean =>
  evidence.finding !== "accepted" || change.exception !== null;

/** Everything about the change but the condition, and whose payment it is. */
export const describe = async (
  deps: LedgerDeps,
  id: string,
  { weighed, change }: { readonly weighed: Weighed; readonly change: Change },
): Promise<Omit<LedgerChange, "condition" | "storefront">> => {
  const { raw } = weighed.evidence;
  const { push, receipt } = change.facts;
  const pushHash = push ? await deps.vault.hash(push.checkoutId) : null;
  return {
    id,
    edit: editOf(change, weighed, pushHash),
    entry: entryOf(id, weighed, change),
    sealedRaw: raw !== null && keepsText(weighed, change) ? await deps.vault.sealText(raw, id) : null,
    receipt: receipt ?? null,
    along: [],
  };
};
