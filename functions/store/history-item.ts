/**
 * How a payment's history lies in its item: one map per entry in one list, their digests in a list beside it, both only
 * ever appended to. An entry's predecessor is whatever stood last when DynamoDB appended it, so the chain needs no read
 * (docs/adr/0004). What must stay true: what is read back gives the digest it was written with.
 */
import type { EvidenceSource } from "../domain/evidence.ts";
import type { HistoryEntry, LedgerFinding, LedgerState } from "../domain/history.ts";
import type { ExceptionKind } from "../domain/payment-states.ts";
import {
  codes,
  CorruptItem,
  flag,
  hex,
  map,
  maybeBytes,
  maybeMap,
  maybeText,
  number,
  readList,
  readNumber,
  readRequestId,
  requestId,
  text,
  toHex,
  bytes,
} from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** Payments, payouts, batches and exceptions share one alphabet of states. */
export const STATE_CODES = codes<LedgerState>({
  initiated: "i",
  pending: "p",
  uncertain: "u",
  succeeded: "s",
  failed: "f",
  reversed: "r",
  merged: "mg",
  queued: "q",
  sending: "g",
  accepted: "a",
  cancelled: "c",
  awaiting_upload: "w",
  rejected: "j",
  awaiting_approval: "y",
  starting: "t",
  waiting_for_float: "b",
  running: "n",
  paused: "z",
  completed: "d",
  open: "o",
  resolved: "e",
});

export const FINDING_CODES = codes<LedgerFinding>({
  created: "0",
  accepted: "a",
  refused: "r",
  unknown: "u",
  paid: "p",
  unpaid: "n",
  unverified: "v",
  unreadable: "x",
  overdue: "o",
  claimed: "g",
  turned_away: "t",
  untold: "e",
  cancelled: "c",
  replaced: "k",
  frozen: "z",
  file_refused: "j",
  approved: "y",
  float_found: "b",
  float_missing: "w",
  paused: "h",
  resumed: "m",
  completed: "d",
  opened: "1",
  assigned: "i",
  noted: "l",
  asked: "q",
  resolved: "s",
  reversed: "rv",
  already_reversed: "ra",
  not_reversed: "rn",
  refund_started: "rb",
  refund_succeeded: "rs",
  refund_failed: "rf",
  merged: "mg",
  routed: "rt",
  erased: "er",
});

export const SOURCE_CODES = codes<EvidenceSource | "api">({
  api: "a",
  submit: "s",
  callback: "c",
  query: "q",
  sweep: "w",
  c2b: "b",
  pull: "p",
  statement: "t",
  operator: "o",
});

export const EXCEPTION_CODES = codes<ExceptionKind>({
  late_success: "l",
  conflicting_evidence: "c",
  amount_mismatch: "a",
  duplicate_receipt: "d",
  unverified_source: "v",
  uncertain_overdue: "o",
  unclassified_code: "u",
  unreadable_callback: "x",
  digest_mismatch: "g",
  missing_in_ledger: "m",
  missing_in_statement: "s",
  ambiguous: "b",
  unreadable_row: "r",
});

/** Storage names of the facts that entry.ts names; any other fact is stored under its own name. */
const FACT_NAMES = new Map([
  ["receipt", "i"],
  ["amount_cents", "a"],
  ["paid_at", "w"],
  ["push", "q"],
  ["failure", "y"],
  ["result_code", "r"],
  ["because", "b"],
  ["disputed", "z"],
  ["conversation", "v"],
]);
const FACTS = new Map([...FACT_NAMES].map(([fact, name]) => [name, fact]));

/** Who brings nearly all evidence; not written down each time. */
const USUALLY_BY = "safaricom";

/** What an entry says, before it is chained. */
export type NewEntry = Omit<HistoryEntry, "previous">;

const writeFact = (value: string | number | boolean): AttributeValue => {
  if (typeof value === "string") return text(value);
  return typeof value === "number" ? number(value) : flag(value);
};

const readFact = (name: string, value: AttributeValue): string | number | boolean =>
  value.S ?? value.BOOL ?? readNumber({ [name]: value }, name);

/** `sealedRaw` is the text behind the entry, when it is kept here. */
export const writeEntry = (entry: NewEntry, sealedRaw: Uint8Array | null): AttributeValue =>
  map({
    a: number(entry.at),
    f: FINDING_CODES.write(entry.finding),
    o: SOURCE_CODES.write(entry.source),
    ...(entry.by === USUALLY_BY ? {} : { b: text(entry.by) }),
    q: requestId(entry.requestId),
    ...(entry.to === null ? {} : { x: STATE_CODES.write(entry.to) }),
    ...(Object.keys(entry.facts).length === 0
      ? {}
      : {
          m: map(
            Object.fromEntries(
              Object.entries(entry.facts).map(([name, fact]) => [FACT_NAMES.get(name) ?? name, writeFact(fact)]),
            ),
          ),
        }),
    ...(entry.exception === null ? {} : { e: EXCEPTION_CODES.write(entry.exception) }),
    ...(entry.rawHash === null ? {} : { h: hex(entry.rawHash) }),
    ...(sealedRaw === null ? {} : { z: bytes(sealedRaw) }),
  });

const readEntry = (item: Item, chain: Pick<HistoryEntry, "digest" | "previous">): HistoryEntry => {
  const rawHash = maybeBytes(item, "h");
  const facts = Object.entries(maybeMap(item, "m") ?? {});
  return {
    at: readNumber(item, "a"),
    finding: FINDING_CODES.read(item, "f"),
    to: STATE_CODES.maybe(item, "x"),
    source: SOURCE_CODES.read(item, "o"),
    by: maybeText(item, "b") ?? USUALLY_BY,
    requestId: readRequestId(item, "q"),
    facts: Object.fromEntries(facts.map(([name, value]) => [FACTS.get(name) ?? name, readFact(name, value)])),
    exception: EXCEPTION_CODES.maybe(item, "e"),
    rawHash: rawHash && toHex(rawHash),
    ...chain,
  };
};

const entryItem = (value: AttributeValue): Item => {
  if (!value.M) throw new CorruptItem("history");
  return value.M;
};

/** Reads entries and their chain. A digest that is missing reads as an empty one, for `verifyChain` to find. */
export const readHistory = (entries: readonly AttributeValue[], digests: readonly AttributeValue[]): HistoryEntry[] => {
  const digestAt = (index: number): string => toHex(digests[index]?.B ?? new Uint8Array());
  return entries.map((value, index) =>
    readEntry(entryItem(value), { digest: digestAt(index), previous: index === 0 ? null : digestAt(index - 1) }),
  );
};

/** The sealed texts that the history holds, with their hashes. */
export const sealedRaws = (item: Item, name: string): readonly { hash: string; sealed: Uint8Array }[] =>
  readList(item, name).flatMap((value) => {
    const hash = maybeBytes(entryItem(value), "h");
    const sealed = maybeBytes(entryItem(value), "z");
    return hash && sealed ? [{ hash: toHex(hash), sealed }] : [];
  });
