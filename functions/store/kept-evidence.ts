/**
 * Evidence that changed nothing, or was about nothing we know, kept beside its transaction: one item per text, so that a
 * message repeated a thousand times is kept once.
 */
import { ConditionalCheckFailedException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { EntryContent, HistoryEntry } from "../domain/history.ts";
import { persist } from "./attempts.ts";
import {
  bytes,
  CorruptItem,
  hex,
  maybeBytes,
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
import { isErased } from "./erased-text.ts";
import { FINDING_CODES, SOURCE_CODES } from "./history-item.ts";
import { keys } from "./keys.ts";
import type { KeptEvidence } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";

/** Who said it and when; evidence of every kind has it. */
export type Said = Pick<EntryContent, "at" | "finding" | "source" | "by" | "requestId">;

/** Evidence with the text it was read from. */
export interface Heard {
  readonly evidence: Said & { readonly raw: string | null };
  readonly rawHash: string | null;
}

interface Keeping {
  readonly id: string;
  readonly said: Said;
  readonly rawHash: string;
  readonly sealedRaw: Uint8Array;
  readonly because: string;
}

const keptItem = ({ id, said, rawHash, sealedRaw, because }: Keeping) => ({
  pk: text(keys.keptEvidence(id, rawHash)),
  c: text(keys.keptBeside(id)),
  s: number(said.at),
  f: FINDING_CODES.write(said.finding),
  o: SOURCE_CODES.write(said.source),
  b: text(said.by),
  q: requestId(said.requestId),
  y: text(because),
  h: hex(rawHash),
  z: bytes(sealedRaw),
});

/** For a transaction: keeps a text that its history has no room for. */
export const keptEvidencePut = (table: string, keeping: Keeping): TransactWriteItem => ({
  Put: { TableName: table, Item: keptItem(keeping) },
});

/** Whether the history holds this very text already. What M-PESA took is there by its facts and hash alone. */
const isHeld = (history: readonly HistoryEntry[], { evidence, rawHash }: Heard): boolean =>
  evidence.finding === "accepted" ||
  history.some((entry) => entry.rawHash === rawHash && entry.finding === evidence.finding);

export interface Keep {
  readonly id: string;
  /** What its transaction's history says already; null when there is no such transaction. */
  readonly history: readonly HistoryEntry[] | null;
  readonly because: string;
}

/** Keeps the text of evidence that changed nothing, unless there is none or it is held already. */
export const keepEvidence = async (deps: LedgerDeps, { id, history, because }: Keep, heard: Heard): Promise<void> => {
  const { evidence, rawHash } = heard;
  if (evidence.raw === null || rawHash === null || (history && isHeld(history, heard))) return;
  const sealedRaw = await deps.vault.sealText(evidence.raw, id);
  const Item = keptItem({ id, said: evidence, rawHash, sealedRaw, because });
  // The same text again is there as it came first: the archive has that one, and another salt would shut it.
  const request = new PutItemCommand({
    TableName: deps.tables.transactions,
    Item,
    ConditionExpression: "attribute_not_exists(pk)",
  });
  try {
    await persist(deps, () => deps.dynamo.send(request));
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
  }
};

/** Reads one kept text about the transaction `id`; of an erased one what is left. */
export const readKept = async (deps: LedgerDeps, id: string, item: Item): Promise<KeptEvidence> => {
  const finding = FINDING_CODES.read(item, "f");
  const source = SOURCE_CODES.read(item, "o");
  if (source === "api") throw new CorruptItem("o");
  const sealed = isErased(item) ? maybeBytes(item, "z") : readBytes(item, "z");
  return {
    at: readNumber(item, "s"),
    finding,
    source,
    by: readText(item, "b"),
    requestId: readRequestId(item, "q"),
    because: readText(item, "y"),
    raw: { hash: toHex(readBytes(item, "h")), text: sealed && (await deps.vault.openText(sealed, id)) },
  };
};
