/**
 * Evidence that changed nothing, or was about nothing we know, kept beside the payment: one item per text, so that a
 * message repeated a thousand times is kept once.
 */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Evidence } from "../domain/evidence.ts";
import type { Payment, Weighed } from "../domain/payment.ts";
import { persist } from "./attempts.ts";
import {
  bytes,
  CorruptItem,
  hex,
  number,
  readBytes,
  readNumber,
  readRequestId,
  readText,
  requestId,
  text,
  toHex,
} from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { FINDING_CODES, SOURCE_CODES } from "./history-item.ts";
import { keys } from "./keys.ts";
import type { KeptEvidence } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { openText, sealText } from "./raw-evidence.ts";

interface Keeping {
  readonly id: string;
  readonly evidence: Evidence;
  readonly rawHash: string;
  readonly sealedRaw: Uint8Array;
  readonly because: string;
}

const keptItem = ({ id, evidence, rawHash, sealedRaw, because }: Keeping) => ({
  pk: text(keys.keptEvidence(id, rawHash)),
  c: text(keys.keptBeside(id)),
  s: number(evidence.at),
  f: FINDING_CODES.write(evidence.finding),
  o: SOURCE_CODES.write(evidence.source),
  b: text(evidence.by),
  q: requestId(evidence.requestId),
  y: text(because),
  h: hex(rawHash),
  z: bytes(sealedRaw),
});

/** For a transaction: keeps a text that its history has no room for. */
export const keptEvidencePut = (table: string, keeping: Keeping): TransactWriteItem => ({
  Put: { TableName: table, Item: keptItem(keeping) },
});

/** Whether the history holds this very text already. A taken push is there by its facts and hash alone. */
const isHeld = (payment: Payment | null, { evidence, rawHash }: Weighed): boolean =>
  evidence.finding === "accepted" ||
  (payment?.history ?? []).some((entry) => entry.rawHash === rawHash && entry.finding === evidence.finding);

/** Keeps the text of evidence that changed nothing, unless there is none or it is held already. */
export const keepEvidence = async (
  deps: LedgerDeps,
  about: { readonly id: string; readonly payment: Payment | null; readonly because: string },
  weighed: Weighed,
): Promise<void> => {
  const { evidence, rawHash } = weighed;
  if (evidence.raw === null || rawHash === null || (about.payment && isHeld(about.payment, weighed))) return;
  const sealedRaw = await sealText(deps.vault, evidence.raw, about.id);
  const Item = keptItem({ id: about.id, evidence, rawHash, sealedRaw, because: about.because });
  await persist(deps, () => deps.dynamo.send(new PutItemCommand({ TableName: deps.tables.transactions, Item })));
};

/** Reads one kept text of the payment `id`. */
export const readKept = async (deps: LedgerDeps, id: string, item: Item): Promise<KeptEvidence> => {
  const finding = FINDING_CODES.read(item, "f");
  const source = SOURCE_CODES.read(item, "o");
  if (finding === "created" || source === "api") throw new CorruptItem("f");
  return {
    at: readNumber(item, "s"),
    finding,
    source,
    by: readText(item, "b"),
    requestId: readRequestId(item, "q"),
    because: readText(item, "y"),
    raw: { hash: toHex(readBytes(item, "h")), text: await openText(deps.vault, readBytes(item, "z"), id) },
  };
};
