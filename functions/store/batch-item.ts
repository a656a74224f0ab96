/**
 * A payout batch as one item: the only place that knows which attributes a batch has. As with a payout, what can change
 * is written by one function, and a change is the difference between what it writes before and after.
 */
import type { Approval, Batch, BatchStop, FloatWait, FrozenRows, NewBatch } from "../domain/batch.ts";
import { BATCH_STATES, LIVE_BATCH_STATES } from "../domain/batch-states.ts";
import { Cents } from "../domain/money.ts";
import { PAYOUT_FAILURE_CODES } from "../domain/payout-failures.ts";
import { CorruptItem, flag, list, map, maybeMap, maybeNumber, maybeText, number, oneOf } from "./attributes.ts";
import { readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { STATE_CODES } from "./history-item.ts";
import type { NewEntry } from "./history-item.ts";
import { keys } from "./keys.ts";
import { KIND_CODES, PAYOUT_AT } from "./payout-item.ts";
import { AT, readHash, readLife, readStorefront, readTimes, writeBeginning, writeHash } from "./transaction-item.ts";
import type { NewItem } from "./transaction-item.ts";

/** Attribute names of a batch. */
export const BATCH_AT = {
  ...AT,
  liveKey: "c",
  kind: PAYOUT_AT.kind,
  allowDuplicates: "ad",
  createdBy: "cb",
  rows: "ro",
  approvals: "ap",
  fed: "fd",
  handed: "hd",
  stop: "sp",
  float: "fl",
  refusal: "rf",
  resultsFile: "rs",
} as const;

const writeRows = (rows: FrozenRows) =>
  map({
    d: writeHash(rows.digest),
    n: number(rows.count),
    a: number(rows.total),
    m: number(rows.largest),
    f: text(rows.file),
    j: number(rows.rejected),
    ...(rows.rejectedFile === null ? {} : { e: text(rows.rejectedFile) }),
    q: number(rows.approvalsNeeded),
    ...(rows.warnings.length === 0 ? {} : { w: list(rows.warnings.map(text)) }),
  });

const readWarnings = (rows: Item): readonly string[] =>
  (rows["w"]?.L ?? []).map((warning) => readText({ warning }, "warning"));

const readRows = (item: Item): FrozenRows | null => {
  const rows = maybeMap(item, BATCH_AT.rows);
  return (
    rows && {
      digest: readHash(rows, "d"),
      count: readNumber(rows, "n"),
      total: Cents.parse(readNumber(rows, "a")),
      largest: Cents.parse(readNumber(rows, "m")),
      file: readText(rows, "f"),
      rejected: readNumber(rows, "j"),
      rejectedFile: maybeText(rows, "e"),
      approvalsNeeded: readNumber(rows, "q"),
      warnings: readWarnings(rows),
    }
  );
};

const writeApproval = ({ keyId, digest, at }: Approval) => map({ k: text(keyId), d: writeHash(digest), a: number(at) });

const readApprovals = (item: Item): readonly Approval[] =>
  (item[BATCH_AT.approvals]?.L ?? []).map(({ M: approval }) => {
    if (!approval) throw new CorruptItem(BATCH_AT.approvals);
    return { keyId: readText(approval, "k"), digest: readHash(approval, "d"), at: readNumber(approval, "a") };
  });

const writeStop = ({ cause, at, payoutId }: BatchStop) =>
  map({ c: text(cause), a: number(at), ...(payoutId === null ? {} : { p: text(payoutId) }) });

const CAUSES = ["person", "digest_mismatch", ...PAYOUT_FAILURE_CODES] as const;

const readStop = (item: Item): BatchStop | null => {
  const stop = maybeMap(item, BATCH_AT.stop);
  return (
    stop && {
      cause: oneOf(CAUSES, readText(stop, "c"), BATCH_AT.stop),
      at: readNumber(stop, "a"),
      payoutId: maybeText(stop, "p"),
    }
  );
};

const writeFloat = ({ needed, available, since }: FloatWait) =>
  map({ n: number(needed), ...(available === null ? {} : { a: number(available) }), s: number(since) });

const readFloat = (item: Item): FloatWait | null => {
  const float = maybeMap(item, BATCH_AT.float);
  return (
    float && {
      needed: Cents.parse(readNumber(float, "n")),
      available: maybeNumber(float, "a"),
      since: readNumber(float, "s"),
    }
  );
};

const readRefusal = (item: Item): Batch["refusal"] => {
  const refusal = maybeMap(item, BATCH_AT.refusal);
  return refusal && { code: readText(refusal, "c"), message: readText(refusal, "m") };
};

/** Whether it may still draw on the float: the clock looks after it, or it was paused with payouts on the ledger. */
export const isInPlay = ({ state, fed }: Pick<Batch, "state" | "fed">): boolean =>
  LIVE_BATCH_STATES.some((live) => live === state) || (state === "paused" && fed > 0);

/** The item of a batch that was just made. */
export const newBatchItem = (batch: NewBatch, created: NewEntry): NewItem => ({
  [AT.id]: text(batch.id),
  [AT.timeKey]: text(keys.timeOfBatch(batch.storefront, batch.createdAt)),
  [AT.createdAt]: number(batch.createdAt),
  [AT.referenceKey]: text(keys.reference(batch.storefront, batch.reference)),
  [AT.state]: STATE_CODES.write(batch.rows === null ? "awaiting_upload" : "awaiting_approval"),
  [AT.shortcode]: text(batch.shortcode),
  [AT.reference]: text(batch.reference),
  [AT.fingerprint]: writeHash(batch.fingerprint),
  [BATCH_AT.kind]: KIND_CODES.write(batch.kind),
  [BATCH_AT.createdBy]: text(batch.createdBy),
  ...(batch.allowDuplicates ? { [BATCH_AT.allowDuplicates]: flag(true) } : {}),
  ...(batch.rows === null ? {} : { [BATCH_AT.rows]: writeRows(batch.rows) }),
  ...writeBeginning(created),
});

/** Everything about a batch that can change, but its version and history. Two of these make an edit. */
export const batchFields = (batch: Batch): NewItem => ({
  [AT.state]: STATE_CODES.write(batch.state),
  ...(batch.rows === null ? {} : { [BATCH_AT.rows]: writeRows(batch.rows) }),
  ...(batch.approvals.length === 0 ? {} : { [BATCH_AT.approvals]: list(batch.approvals.map(writeApproval)) }),
  ...(batch.fed === 0 ? {} : { [BATCH_AT.fed]: number(batch.fed) }),
  ...(batch.handed === 0 ? {} : { [BATCH_AT.handed]: number(batch.handed) }),
  ...(batch.stop === null ? {} : { [BATCH_AT.stop]: writeStop(batch.stop) }),
  ...(batch.float === null ? {} : { [BATCH_AT.float]: writeFloat(batch.float) }),
  ...(batch.refusal === null
    ? {}
    : { [BATCH_AT.refusal]: map({ c: text(batch.refusal.code), m: text(batch.refusal.message) }) }),
  ...(batch.resultsFile === null ? {} : { [BATCH_AT.resultsFile]: text(batch.resultsFile) }),
  ...(batch.checkAt === null ? {} : { [AT.dueKey]: text(keys.dueBatches), [AT.checkAt]: number(batch.checkAt) }),
  ...(isInPlay(batch) ? { [BATCH_AT.liveKey]: text(keys.liveBatches) } : {}),
});

/** The batch that an item holds. Throws `CorruptItem`. */
export const readBatchItem = (item: Item): Batch => {
  const history = readLife(item);
  return {
    id: readText(item, AT.id),
    storefront: readStorefront(item),
    shortcode: readText(item, AT.shortcode),
    kind: KIND_CODES.read(item, BATCH_AT.kind),
    reference: readText(item, AT.reference),
    allowDuplicates: item[BATCH_AT.allowDuplicates]?.BOOL ?? false,
    fingerprint: readHash(item, AT.fingerprint),
    createdBy: readText(item, BATCH_AT.createdBy),
    rows: readRows(item),
    state: oneOf(BATCH_STATES, STATE_CODES.read(item, AT.state), AT.state),
    version: readNumber(item, AT.version),
    approvals: readApprovals(item),
    fed: maybeNumber(item, BATCH_AT.fed) ?? 0,
    handed: maybeNumber(item, BATCH_AT.handed) ?? 0,
    stop: readStop(item),
    float: readFloat(item),
    refusal: readRefusal(item),
    resultsFile: maybeText(item, BATCH_AT.resultsFile),
    checkAt: maybeNumber(item, AT.checkAt),
    ...readTimes(item, history),
    history,
  };
};
