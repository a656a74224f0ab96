/**
 * What a write to the ledger adds to the archive, told by the item before and after it. What must stay true: every new
 * entry and every text that was received is told, whatever kind of thing it is about; a history that was shortened or
 * rewritten, an item that was taken away and money that changed without an entry are told as broken, because the ledger
 * does none of these.
 */
import { createHash } from "node:crypto";
import type { ArchiveLine, BrokenBecause } from "../domain/archive-line.ts";
import { canonicalJson, sha256Hex } from "../domain/canonical-json.ts";
import { foldDigest } from "../domain/history.ts";
import { isBatchId, isTransactionId } from "../domain/ids.ts";
import { maybeBytes, readBytes, readText, toHex } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { readHistory } from "./history-item.ts";
import { isErased } from "./erased-text.ts";
import { KEPT_EVIDENCE } from "./keys.ts";
import { withoutSalt } from "./salt.ts";
import { AT } from "./transaction-item.ts";

/** One write: the item before it, null when there was none, and after it, null when it was taken away. */
export interface LedgerWrite {
  readonly before: Item | null;
  readonly after: Item | null;
}

/** SHA-256 (hex) of a sealed text as it lies on the ledger, its salt with it. */
export const sealedDigest = (sealed: Uint8Array): string => createHash("sha256").update(sealed).digest("hex");

/** A sealed text as the archive keeps it: without its salt, so that what is erased on the ledger is erased there too. */
const archived = (sealed: Uint8Array) => ({
  sealed: Buffer.from(withoutSalt(sealed)).toString("base64"),
  salted: sealedDigest(sealed),
});

const NO_TEXT = { sealed: null, salted: null };

const digestsOf = (item: Item | null): readonly string[] =>
  (item?.[AT.digests]?.L ?? []).map((value) => toHex(value.B ?? new Uint8Array()));

const hasHistory = (item: Item): boolean => item[AT.history]?.L !== undefined && item[AT.digests]?.L !== undefined;

/** What says how money moved, in every kind of item that moves any. Each of them changes only together with an entry. */
const MONEY = [AT.state, AT.shortcode, AT.amount, AT.receipt, AT.paidAt] as const;

/** A hash over what an item says about its money; the same for two items that say the same. */
export const moneyDigest = (item: Item): string =>
  sha256Hex(canonicalJson(MONEY.map((name) => item[name]?.S ?? item[name]?.N ?? null)));

const firstDifference = (before: readonly string[], after: readonly string[]): number => {
  const found = before.findIndex((digest, index) => after[index] !== digest);
  return found === -1 ? before.length : found;
};

/** The entries of an item from `first` on, each with the whole history up to it in one hash. */
export const entryLines = (item: Item, first = 0): readonly Extract<ArchiveLine, { kind: "entry" }>[] => {
  const id = readText(item, AT.id);
  const values = item[AT.history]?.L ?? [];
  let chain = "";
  return readHistory(values, item[AT.digests]?.L ?? []).flatMap((entry, index) => {
    chain = foldDigest(chain, entry.digest);
    if (index < first) return [];
    const sealed = maybeBytes(values[index]?.M ?? {}, "z");
    return [{ kind: "entry", id, index, chain, entry, ...(sealed ? archived(sealed) : NO_TEXT) } as const];
  });
};

const broken = (item: Item, because: BrokenBecause): ArchiveLine => ({
  kind: "broken",
  id: readText(item, AT.id),
  because,
});

/** Payments, payouts and refunds move money; a batch only says which payouts do. */
const movesMoney = (id: string): boolean => isTransactionId(id) && !isBatchId(id);

const historyLines = (before: Item | null, after: Item): readonly ArchiveLine[] => {
  const known = digestsOf(before);
  const now = digestsOf(after);
  const first = firstDifference(known, now);
  const added = entryLines(after, first);
  const money = movesMoney(readText(after, AT.id)) ? moneyDigest(after) : null;
  const moved = money !== null && (before === null || moneyDigest(before) !== money);
  return [
    ...added,
    ...(moved ? [{ kind: "money", id: readText(after, AT.id), money } as const] : []),
    ...(first < known.length ? [broken(after, "history_rewritten")] : []),
    ...(moved && before !== null && added.length === 0 ? [broken(after, "money_changed_without_entry")] : []),
  ];
};

/** A kept text never changes; it goes where a person was erased, and the owner's history says so. */
const isKeptAs = (before: Item, after: Item): boolean => {
  const [was, is] = [maybeBytes(before, "z"), maybeBytes(after, "z")];
  if (was === null || is === null) return is === null && (was === null || isErased(after));
  return sealedDigest(was) === sealedDigest(is);
};

/** What the archive keeps of one write; nothing of a write that neither tells nor breaks anything. */
export const archiveLines = ({ before, after }: LedgerWrite): readonly ArchiveLine[] => {
  if (after === null) return before && hasHistory(before) ? [broken(before, "removed")] : [];
  if (hasHistory(after)) return historyLines(before, after);
  if (before && hasHistory(before)) return [broken(before, "history_rewritten")];
  const id = readText(after, AT.id);
  if (!id.startsWith(KEPT_EVIDENCE)) return [];
  if (before) return isKeptAs(before, after) ? [] : [broken(after, "history_rewritten")];
  return [{ kind: "evidence", id, rawHash: toHex(readBytes(after, "h")), ...archived(readBytes(after, "z")) }];
};
