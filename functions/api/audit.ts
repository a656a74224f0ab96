/**
 * History, audit and exceptions: how any shilling is explained. What leaves here is masked: the messages that the
 * ledger keeps as evidence spell phone numbers, and an auditor needs to see that they match, not to read them.
 */
import { verifyChain } from "../domain/history.ts";
import type { HistoryEntry } from "../domain/history.ts";
import { isBatchId, isPaymentId, isPayoutId } from "../domain/ids.ts";
import { maskDeep } from "../domain/deep-masking.ts";
import { maskText } from "../domain/masking.ts";
import { utcIso } from "../domain/time.ts";
import type { ExceptionRecord, KnownTransaction, Ledger, TransactionHistory } from "../store/ledger.ts";
import type * as z from "zod";
import { batchView } from "./batch-view.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { pageOf, paged } from "./listing.ts";
import { paymentView } from "./payment-view.ts";
import { payoutView } from "./payout-view.ts";
import { ok, problem } from "./reply.ts";
import type { ExceptionResource, Timeline } from "./responses.ts";

/** A received text for people: its JSON masked field by field, or the masked text when it is no JSON. */
const masked = (text: string): unknown => {
  try {
    return maskDeep(JSON.parse(text));
  } catch {
    return maskText(text);
  }
};

/** What all kinds of transactions have, and the resource that each is. A batch is told without its counters. */
interface Told {
  readonly id: string;
  readonly storefront: string;
  readonly history: readonly HistoryEntry[];
  readonly view: () => Timeline["transaction"];
}

const told = (known: KnownTransaction): Told => {
  switch (known.kind) {
    case "payment":
      return { ...known.payment, view: () => paymentView(known.payment) };
    case "payout":
      return { ...known.payout, view: () => payoutView(known.payout) };
    case "batch":
      return { ...known.batch, view: () => batchView(known.batch, null) };
  }
};

/** A transaction's whole life, with the proof that nobody touched it since. */
const timelineOf = (transaction: TransactionHistory): Timeline => {
  const { raws, head, kept } = transaction;
  const { id, history, view } = told(transaction);
  const chain = verifyChain(id, history, head);
  const texts = new Map([...raws, ...kept.map(({ raw }) => raw)].map(({ hash, text }) => [hash, text]));
  return {
    object: "timeline",
    transaction: view(),
    chain: { intact: chain.intact, head, problem: chain.intact ? null : chain.because },
    data: history.map((entry) => {
      const text = entry.rawHash === null ? undefined : texts.get(entry.rawHash);
      return {
        at: utcIso(entry.at),
        finding: entry.finding,
        status: entry.to,
        source: entry.source,
        by: entry.by,
        request_id: entry.requestId,
        facts: { ...entry.facts },
        exception: entry.exception,
        evidence: text === undefined ? null : masked(text),
        evidence_sha256: entry.rawHash,
        digest: entry.digest,
        previous: entry.previous,
      };
    }),
    kept: kept.map(({ at, finding, source, by, requestId, because, raw }) => ({
      at: utcIso(at),
      finding,
      source,
      by,
      request_id: requestId,
      because,
      evidence: masked(raw.text),
      evidence_sha256: raw.hash,
    })),
  };
};

const isTransactionId = (text: string): boolean => isPaymentId(text) || isPayoutId(text) || isBatchId(text);

export const readHistory =
  (deps: { readonly ledger: Pick<Ledger, "history"> }): Endpoint<typeof ROUTES.readHistory> =>
  async ({ caller, params }) => {
    const history = isTransactionId(params.id) ? await deps.ledger.history(params.id) : null;
    return history && told(history).storefront === caller.storefront ? ok(timelineOf(history)) : problem("not_found");
  };

export const audit =
  (deps: { readonly ledger: Pick<Ledger, "find"> }): Endpoint<typeof ROUTES.audit> =>
  async ({ caller, query }) => {
    const found = await deps.ledger.find(caller.storefront, query.q);
    return ok({ object: "list", data: found.map(timelineOf), next_cursor: null });
  };

const exceptionView = (exception: ExceptionRecord): z.infer<typeof ExceptionResource> => ({
  id: exception.id,
  object: "exception",
  kind: exception.kind,
  status: "open",
  transaction: exception.transactionId,
  opened_at: utcIso(exception.openedAt),
  last_seen_at: utcIso(exception.lastAt),
  times: exception.times,
});

export const listExceptions =
  (deps: { readonly ledger: Pick<Ledger, "exceptions"> }): Endpoint<typeof ROUTES.listExceptions> =>
  ({ caller, query }) =>
    paged(async () => {
      const { exceptions, next } = await deps.ledger.exceptions(caller.storefront, pageOf(query));
      return ok({ object: "list", data: exceptions.map(exceptionView), next_cursor: next });
    });
