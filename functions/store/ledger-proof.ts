/**
 * What the ledger holds, in the words of the archive: so that an auditor's command can lay the two side by side. Reads by
 * key alone and opens nothing that is sealed.
 */
import { verifyChain } from "../domain/history.ts";
import { readList, readText, maybeBytes, toHex } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { entryLines, moneyDigest, sealedDigest } from "./archive-lines.ts";
import type { Patience } from "./attempts.ts";
import type { Dynamo } from "./client.ts";
import { readHistory } from "./history-item.ts";
import { keys, KEPT_EVIDENCE } from "./keys.ts";
import { readBatch, readTableItem } from "./read.ts";
import { AT } from "./transaction-item.ts";

/** One thing on the ledger. */
export interface LedgerProof {
  readonly id: string;
  /** The history folded into one hash after each of its entries (`chainHead`). */
  readonly chains: readonly string[];
  /** SHA-256 of what each entry keeps sealed; null where it keeps nothing. */
  readonly sealed: readonly (string | null)[];
  /** Where the item's own chain does not hold; null when it does. */
  readonly broken: string | null;
  /** A hash over what the item says about its money. */
  readonly money: string;
}

export interface LedgerReader extends Patience {
  readonly dynamo: Dynamo;
  readonly table: string;
}

/** Everything that is not a history: its one sealed text, as an entry of its own. */
const keptProof = (id: string, item: Item): LedgerProof => {
  const sealed = maybeBytes(item, "z");
  const digest = sealed && sealedDigest(sealed);
  return { id, chains: [], sealed: [digest], broken: null, money: "" };
};

/** Rejects with `CorruptItem` when an item can't be read at all. */
const proofOf = (item: Item): LedgerProof => {
  const id = readText(item, AT.id);
  if (id.startsWith(KEPT_EVIDENCE)) return keptProof(id, item);
  const lines = entryLines(item);
  const digests = readList(item, AT.digests);
  const head = digests.at(-1)?.B;
  const verdict = verifyChain(id, readHistory(readList(item, AT.history), digests), head ? toHex(head) : null);
  return {
    id,
    chains: lines.map(({ chain }) => chain),
    sealed: lines.map(({ salted }) => salted),
    broken: verdict.intact ? null : `entry ${verdict.at}: ${verdict.because}`,
    money: moneyDigest(item),
  };
};

const readable = (item: Item): LedgerProof => {
  try {
    return proofOf(item);
  } catch (fault) {
    const because = fault instanceof Error ? fault.message : "it can't be read";
    return { id: readText(item, AT.id), chains: [], sealed: [], broken: because, money: "" };
  }
};

/** What there is of at most 100 ids; what is not there is left out. */
export const readProofs = async (reader: LedgerReader, ids: readonly string[]): Promise<readonly LedgerProof[]> =>
  (await readBatch(reader, reader.table, ids)).map(readable);

/** The id behind an id or a receipt; null for a receipt that nobody claimed. */
export const idBehind = async (reader: LedgerReader, text: string): Promise<string | null> => {
  if (text.includes("_")) return text;
  const claim = await readTableItem(reader, reader.table, keys.receiptClaim(text.toUpperCase()));
  return claim && readText(claim, "id");
};

/** Every entry of one history, oldest first; null when there is no such thing. */
export const readEntries = async (reader: LedgerReader, id: string) => {
  const item = await readTableItem(reader, reader.table, id);
  return item && { proof: readable(item), lines: entryLines(item) };
};
