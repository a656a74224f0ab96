/**
 * An exception as one item: the only place that knows which attributes one has. Its history lies in it as a
 * transaction's does (history-item.ts). An item of before exceptions had a history has neither that nor a version, and
 * gets both with the next write.
 */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { eventFacts } from "../domain/decide-exception.ts";
import type { ExceptionAct, ExceptionEvent } from "../domain/decide-exception.ts";
import type { Exception } from "../domain/exception.ts";
import type { EntryContent } from "../domain/history.ts";
import { exceptionId } from "../domain/ids.ts";
import { hex, list, maybeNumber, maybeText, number, readNumber, readText, text, toHex } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { UpdateInput } from "./change-write.ts";
import { chained } from "./entry.ts";
import type { NewException } from "./exception-ledger.ts";
import { EXCEPTION_CODES, readHistory, STATE_CODES, writeEntry } from "./history-item.ts";
import type { NewEntry } from "./history-item.ts";
import { keys } from "./keys.ts";
import { AT, readStorefront, writeBeginning } from "./transaction-item.ts";
import type { NewItem } from "./transaction-item.ts";

/** Attribute names of an exception. Those of `AT` mean what they mean everywhere. */
const EXCEPTION_AT = { ...AT, openKey: "c", kind: "k", transaction: "i", lastAt: "w", times: "n" } as const;

/** Why evidence opens an exception: the entry of the transaction's own history that says so. */
type Cause = Pick<NewEntry, "at" | "source" | "by" | "requestId" | "rawHash" | "exception">;

const openedEntry = (id: string, cause: Cause, facts: EntryContent["facts"]): NewEntry => {
  const { at, source, by, requestId, rawHash, exception } = cause;
  return chained(id, { at, finding: "opened", to: "open", source, by, requestId, facts, exception, rawHash });
};

const APPEND = [
  `${AT.history} = list_append(if_not_exists(${AT.history}, :none), :entry)`,
  `${AT.digests} = list_append(if_not_exists(${AT.digests}, :none), :digest)`,
];

const appended = (entry: NewEntry): Item => ({
  ":none": list([]),
  ":entry": list([writeEntry(entry, null)]),
  ":digest": list([hex(entry.digest)]),
});

/**
 * Opens the exception of `cause`, opens it again when somebody has resolved it, or counts one more time that it
 * happened: one per transaction and kind, written unread.
 */
export const exceptionWrite = (
  table: string,
  { id, storefront }: { readonly id: string; readonly storefront: string },
  cause: Cause & { readonly exception: NonNullable<Cause["exception"]> },
): TransactWriteItem => {
  const exception = exceptionId(id, cause.exception);
  const at = EXCEPTION_AT;
  return {
    Update: {
      TableName: table,
      Key: { [at.id]: text(exception) },
      UpdateExpression: [
        `SET ${at.createdAt} = if_not_exists(${at.createdAt}, :at), ${at.timeKey} = if_not_exists(${at.timeKey}, :list)`,
        `${at.openKey} = :list_of_open, ${at.kind} = :kind, ${at.transaction} = :id, ${at.state} = :open`,
        `${at.lastAt} = :at`,
        `${APPEND.join(", ")} ADD ${at.times} :one, ${at.version} :one`,
      ].join(", "),
      ExpressionAttributeValues: {
        ":at": number(cause.at),
        ":list": text(keys.exceptions(storefront, cause.at)),
        ":list_of_open": text(keys.openExceptions(storefront)),
        ":kind": EXCEPTION_CODES.write(cause.exception),
        ":id": text(id),
        ":open": STATE_CODES.write("open"),
        ":one": number(1),
        ...appended(openedEntry(exception, cause, {})),
      },
    },
  };
};

/** The item of an exception that matching found. */
export const newExceptionItem = (found: NewException): NewItem & { readonly pk: Item[string] } => {
  const { storefront, kind, about, facts, at } = found;
  const isOurs = "transactionId" in about;
  const id = exceptionId(isOurs ? about.transactionId : `line#${storefront}#${about.line}`, kind);
  return {
    pk: text(id),
    [EXCEPTION_AT.timeKey]: text(keys.exceptions(storefront, at)),
    [EXCEPTION_AT.createdAt]: number(at),
    [EXCEPTION_AT.openKey]: text(keys.openExceptions(storefront)),
    [EXCEPTION_AT.kind]: EXCEPTION_CODES.write(kind),
    ...(isOurs ? { [EXCEPTION_AT.transaction]: text(about.transactionId) } : {}),
    [EXCEPTION_AT.state]: STATE_CODES.write("open"),
    [EXCEPTION_AT.lastAt]: number(at),
    [EXCEPTION_AT.times]: number(1),
    ...writeBeginning(openedEntry(id, { ...found, exception: kind, rawHash: null }, facts)),
  };
};

/** The entry of what somebody did. */
const actEntry = (id: string, event: ExceptionEvent, act: ExceptionAct): NewEntry =>
  chained(id, {
    source: "api",
    ...act,
    finding: event.event,
    to: event.event === "resolved" ? "resolved" : null,
    facts: eventFacts(event),
    exception: null,
    rawHash: null,
  });

/** Writes what somebody did over exactly the version that was decided on. */
export const actUpdate = (
  exception: Exception,
  { event, act }: { readonly event: ExceptionEvent; readonly act: ExceptionAct },
): UpdateInput => {
  const ends = event.event === "resolved";
  const at = EXCEPTION_AT;
  return {
    Key: { [at.id]: text(exception.id) },
    UpdateExpression: [
      `SET ${[...APPEND, ...(ends ? [`${at.state} = :resolved`] : [])].join(", ")}`,
      ...(ends ? [`REMOVE ${at.openKey}`] : []),
      `ADD ${at.version} :one`,
    ].join(" "),
    ConditionExpression:
      exception.version === 0
        ? `attribute_exists(${at.id}) AND attribute_not_exists(${at.version})`
        : `${at.version} = :seen`,
    ExpressionAttributeValues: {
      ":one": number(1),
      ...(exception.version === 0 ? {} : { ":seen": number(exception.version) }),
      ...(ends ? { ":resolved": STATE_CODES.write("resolved") } : {}),
      ...appended(actEntry(exception.id, event, act)),
    },
  };
};

/** The exception that an item holds. Throws `CorruptItem`. */
export const readException = (item: Item): Exception => {
  const digests = item[AT.digests]?.L ?? [];
  const head = digests.at(-1)?.B;
  return {
    id: readText(item, EXCEPTION_AT.id),
    storefront: readStorefront(item),
    transactionId: maybeText(item, EXCEPTION_AT.transaction),
    kind: EXCEPTION_CODES.read(item, EXCEPTION_AT.kind),
    status: STATE_CODES.read(item, EXCEPTION_AT.state) === "open" ? "open" : "resolved",
    openedAt: readNumber(item, EXCEPTION_AT.createdAt),
    lastAt: readNumber(item, EXCEPTION_AT.lastAt),
    times: maybeNumber(item, EXCEPTION_AT.times) ?? 1,
    version: maybeNumber(item, EXCEPTION_AT.version) ?? 0,
    history: readHistory(item[AT.history]?.L ?? [], digests),
    head: head ? toHex(head) : null,
  };
};
