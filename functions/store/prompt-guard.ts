/**
 * One phone's latest prompts at one shortcode, as one item. Nearly every payer was not asked in the last day, so the
 * first write takes that for granted; a refused write brings the guard along and the rule of domain/prompts.ts decides.
 * What must stay true: the guard changes only together with the payment that it lets through.
 */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { PaymentState } from "../domain/payment-states.ts";
import { quietMs } from "../domain/prompts.ts";
import type { PromptGuard, PromptLimits, PromptRecord } from "../domain/prompts.ts";
import { CorruptItem, list, number, readList, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readPaymentState } from "./payment-item.ts";
import { readItems } from "./read.ts";
import { AT, readStorefront } from "./transaction-item.ts";

/** Kept this long after it has nothing left to say, so that its version never starts again under a waiting request. */
const LINGER_MS = 3_600_000;

const writePrompts = (prompts: readonly PromptRecord[]) =>
  list(prompts.map(({ paymentId, at }) => list([text(paymentId), number(at)])));

/** Reads the guard that refused a write. */
export const readGuard = (item: Item): PromptGuard => ({
  version: readNumber(item, "v"),
  prompts: readList(item, "l").map(({ L: pair }) => {
    const [paymentId, at] = pair ?? [];
    if (!paymentId || !at) throw new CorruptItem("l");
    return { paymentId: readText({ paymentId }, "paymentId"), at: readNumber({ at }, "at") };
  }),
});

export interface GuardWrite {
  readonly table: string;
  readonly key: string;
  readonly next: readonly PromptRecord[];
  /** The version that was decided on; null: nobody read it, the phone is taken to have been quiet. */
  readonly seen: number | null;
  readonly now: number;
  readonly limits: PromptLimits;
}

export const guardWrite = ({ table, key, next, seen, now, limits }: GuardWrite): TransactWriteItem => ({
  Update: {
    TableName: table,
    Key: { pk: text(key) },
    UpdateExpression: "SET l = :prompts, n = :now, #ttl = :ttl ADD v :one",
    ConditionExpression: seen === null ? "attribute_not_exists(pk) OR n <= :seen" : "v = :seen",
    ExpressionAttributeNames: { "#ttl": "ttl" },
    ExpressionAttributeValues: {
      ":prompts": writePrompts(next),
      ":now": number(now),
      ":ttl": number(Math.ceil((now + quietMs(limits) + LINGER_MS) / 1000)),
      ":one": number(1),
      ":seen": number(seen ?? now - quietMs(limits)),
    },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});

/** What is known of the payments behind a guard's prompts, at most 100. */
export const readPrompted = async (
  deps: LedgerDeps,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly state: PaymentState; readonly storefront: string }>> =>
  new Map(
    (await readItems(deps, ids)).map((item) => [
      readText(item, AT.id),
      { state: readPaymentState(item), storefront: readStorefront(item) },
    ]),
  );
