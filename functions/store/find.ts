/** Answers an audit question: everything about one payment, and which payments a scrap of text names. */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { isPaymentId } from "../domain/ids.ts";
import { parseMsisdn } from "../domain/msisdn.ts";
import { persist } from "./attempts.ts";
import { readList, readNumber, readText, text, toHex } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { sealedRaws } from "./history-item.ts";
import { keys } from "./keys.ts";
import { readKept } from "./kept-evidence.ts";
import type { PaymentHistory } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { receiptOwner } from "./list.ts";
import { AT, readPayment, readStorefront } from "./payment-item.ts";
import { openText } from "./raw-evidence.ts";
import { readItem, readItems } from "./read.ts";

const KEPT_SHOWN = 50;
const FOUND_SHOWN = 20;
const LONGEST_QUESTION = 256;

type Place =
  | readonly [index: "by_phone", key: "p"]
  | readonly [index: "by_reference", key: "r"]
  | readonly [index: "by_push", key: "c"];

const PHONE = ["by_phone", "p"] as const;
const REFERENCE = ["by_reference", "r"] as const;
const PUSH = ["by_push", "c"] as const;

/** Ids under one index key, the newest first unless `oldestFirst`. */
const idsAt = async (
  deps: LedgerDeps,
  [index, key]: Place,
  { value, limit, oldestFirst }: { value: string; limit: number; oldestFirst: boolean },
): Promise<readonly string[]> => {
  const request = new QueryCommand({
    TableName: deps.tables.transactions,
    IndexName: index,
    KeyConditionExpression: `${key} = :value`,
    ExpressionAttributeValues: { ":value": text(value) },
    ScanIndexForward: oldestFirst,
    Limit: limit,
  });
  const { Items = [] } = await persist(deps, () => deps.dynamo.send(request));
  return Items.map((item) => readText(item, AT.id));
};

/** A payment with the texts behind its history. */
const readWhole = async (deps: LedgerDeps, item: Item): Promise<PaymentHistory> => {
  const payment = readPayment(item);
  const head = readList(item, AT.digests).at(-1)?.B;
  const raws = sealedRaws(item, AT.history).map(async ({ hash, sealed }) => ({
    hash,
    text: await openText(deps.vault, sealed, payment.id),
  }));
  return { payment, head: head ? toHex(head) : "", raws: await Promise.all(raws), kept: [] };
};

/** Two requests, and a third when something was kept beside the payment. */
export const createHistory =
  (deps: LedgerDeps) =>
  async (id: string): Promise<PaymentHistory | null> => {
    const beside = { value: keys.keptBeside(id), limit: KEPT_SHOWN, oldestFirst: true };
    const [item, keptIds] = await Promise.all([readItem(deps, id), idsAt(deps, PUSH, beside)]);
    if (!item) return null;
    const keptItems = await readItems(deps, keptIds);
    const kept = await Promise.all(keptItems.map((evidence) => readKept(deps, id, evidence)));
    return { ...(await readWhole(deps, item)), kept };
  };

const RECEIPT = /^[a-z0-9]{8,20}$/i;

/** The ids that a text could mean, each reading of it at most one request. */
const candidates = async (deps: LedgerDeps, storefront: string, question: string): Promise<readonly string[]> => {
  if (isPaymentId(question)) return [question];
  const phone = parseMsisdn(question);
  const phoneHash = phone.ok ? await deps.vault.hash(phone.msisdn) : null;
  const newest = { limit: FOUND_SHOWN, oldestFirst: false };
  const found = await Promise.all([
    idsAt(deps, REFERENCE, { value: keys.reference(storefront, question), ...newest }),
    idsAt(deps, PUSH, { value: await deps.vault.hash(question), ...newest }),
    phoneHash === null ? [] : idsAt(deps, PHONE, { value: keys.phone(phoneHash, storefront), ...newest }),
    RECEIPT.test(question) ? receiptOwner(deps, question).then((owner) => (owner === null ? [] : [owner])) : [],
  ]);
  return [...new Set(found.flat())].slice(0, 100);
};

export const createFind =
  (deps: LedgerDeps) =>
  async (storefront: string, asked: string): Promise<readonly PaymentHistory[]> => {
    const question = asked.trim();
    if (question === "" || question.length > LONGEST_QUESTION) return [];
    const items = await readItems(deps, await candidates(deps, storefront, question));
    const own = items
      .filter((item) => readStorefront(item) === storefront)
      .sort((a, b) => readNumber(b, AT.createdAt) - readNumber(a, AT.createdAt))
      .slice(0, FOUND_SHOWN);
    return Promise.all(own.map((item) => readWhole(deps, item)));
  };
