/**
 * One change of a payment as DynamoDB writes it. State, facts, history and indexes move in one update expression; the
 * condition says for which payment the change was decided. What must stay true: whoever writes a receipt claims it in
 * the same transaction, and whoever opens an exception writes it there too.
 */
import type { TransactWriteItem, UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import type { Assumption } from "../domain/decide.ts";
import { exceptionId } from "../domain/ids.ts";
import { OPEN_STATES } from "../domain/payment-states.ts";
import type { Facts, Payment, Weighed } from "../domain/payment.ts";
import type { ExceptionKind } from "../domain/payment-states.ts";
import { flag, hex, list, number, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { Change } from "./entry.ts";
import { EXCEPTION_CODES, STATE_CODES, writeEntry } from "./history-item.ts";
import type { NewEntry } from "./history-item.ts";
import { keys } from "./keys.ts";
import { AT, writeFailure } from "./payment-item.ts";

/** A condition and the values it names. */
interface Condition {
  readonly text: string;
  readonly values: Item;
}

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

/** The payment is still the version that was decided on. */
export const asRead = (payment: Payment): Condition => ({
  text: `${AT.version} = :seen`,
  values: { ":seen": number(payment.version) },
});

/** What an update sets and removes besides what every change does. */
interface Edit {
  readonly set: Readonly<Record<string, Item[string]>>;
  readonly remove: readonly string[];
}

const factsEdit = (facts: Facts, pushHash: string | null): Edit => ({
  set: {
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
  },
  remove: [...(facts.failure === null ? [AT.failure] : []), ...(facts.disputed === false ? [AT.disputed] : [])],
});

/** Whether nothing is left to ask once this is written. */
const endsChecks = (change: Change, { evidence }: Weighed): boolean =>
  evidence.finding === "overdue" || (change.decision === "move" && !OPEN_STATES.some((open) => open === change.to));

export interface PaymentChange {
  readonly id: string;
  readonly weighed: Weighed;
  readonly change: Change;
  readonly entry: NewEntry;
  readonly sealedRaw: Uint8Array | null;
  /** Keyed hash of the push id that the change brings; null when it brings none. */
  readonly pushHash: string | null;
  readonly condition: Condition;
}

export type UpdateInput = Pick<
  UpdateItemCommandInput,
  "Key" | "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
> & { readonly UpdateExpression: string };

/** The update of the payment's own item. */
export const paymentUpdate = (write: PaymentChange): UpdateInput => {
  const { change, entry, condition } = write;
  const facts = factsEdit(change.facts, write.pushHash);
  const fields = Object.entries(facts.set);
  const set = [
    `${AT.history} = list_append(${AT.history}, :entry)`,
    `${AT.digests} = list_append(${AT.digests}, :digest)`,
    ...(change.decision === "move" ? [`${AT.state} = :to`] : []),
    ...fields.map(([name], index) => `${name} = :f${index}`),
  ];
  const remove = [...facts.remove, ...(endsChecks(change, write.weighed) ? [AT.dueKey, AT.checkAt, AT.attempt] : [])];
  return {
    Key: { [AT.id]: text(write.id) },
    UpdateExpression: `SET ${set.join(", ")}${remove.length > 0 ? ` REMOVE ${remove.join(", ")}` : ""} ADD ${AT.version} :one`,
    ConditionExpression: condition.text,
    ExpressionAttributeValues: {
      ":entry": list([writeEntry(entry, write.sealedRaw)]),
      ":digest": list([hex(entry.digest)]),
      ":one": number(1),
      ...(change.decision === "move" ? { ":to": STATE_CODES.write(change.to) } : {}),
      ...Object.fromEntries(fields.map(([, value], index) => [`:f${index}`, value])),
      ...condition.values,
    },
  };
};

/** The claim on a receipt: one transaction has it, for good. Claiming it again is harmless. */
export const receiptClaim = (table: string, receipt: string, id: string): TransactWriteItem => ({
  Put: {
    TableName: table,
    Item: { [AT.id]: text(keys.receiptClaim(receipt)), id: text(id) },
    ConditionExpression: "attribute_not_exists(pk) OR id = :id",
    ExpressionAttributeValues: { ":id": text(id) },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});

/** Opens the exception, or counts one more time that it happened: one per transaction and kind. */
export const exceptionWrite = (
  table: string,
  { id, storefront }: Pick<Payment, "id" | "storefront">,
  { kind, at }: { readonly kind: ExceptionKind; readonly at: number },
): TransactWriteItem => ({
  Update: {
    TableName: table,
    Key: { [AT.id]: text(exceptionId(id, kind)) },
    UpdateExpression:
      "SET s = if_not_exists(s, :at), t = if_not_exists(t, :list), k = :kind, i = :id, x = if_not_exists(x, :open), w = :at ADD n :one",
    ExpressionAttributeValues: {
      ":at": number(at),
      ":list": text(keys.exceptions(storefront, at)),
      ":kind": EXCEPTION_CODES.write(kind),
      ":id": text(id),
      ":open": text("o"),
      ":one": number(1),
    },
  },
});
