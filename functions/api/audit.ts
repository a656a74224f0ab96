/** History and audit: how any shilling is explained. What leaves here is masked (timeline-view.ts). */
import type { Clock } from "../domain/clock.ts";
import type { HistoryEntry } from "../domain/history.ts";
import { isBatchId, isPaymentId, isPayoutId } from "../domain/ids.ts";
import { utcIso } from "../domain/time.ts";
import type { KnownTransaction, Ledger, TransactionHistory } from "../store/ledger.ts";
import { batchView } from "./batch-view.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { workedException } from "./exception-view.ts";
import { paymentView } from "./payment-view.ts";
import { payoutView } from "./payout-view.ts";
import { ok, problem } from "./reply.ts";
import type { Timeline } from "./responses.ts";
import { chainView, entryView, masked } from "./timeline-view.ts";

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
const timelineOf = (transaction: TransactionHistory, now: number): Timeline => {
  const { raws, head, kept, exceptions } = transaction;
  const { id, history, view } = told(transaction);
  const texts = new Map([...raws, ...kept.map(({ raw }) => raw)].map(({ hash, text }) => [hash, text]));
  return {
    object: "timeline",
    transaction: view(),
    chain: chainView(id, history, head),
    data: history.map((entry) => entryView(entry, texts)),
    exceptions: exceptions.map((exception) => workedException(exception, now)),
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
  (deps: { readonly ledger: Pick<Ledger, "history">; readonly clock: Clock }): Endpoint<typeof ROUTES.readHistory> =>
  async ({ caller, params }) => {
    const history = isTransactionId(params.id) ? await deps.ledger.history(params.id) : null;
    return history && told(history).storefront === caller.storefront
      ? ok(timelineOf(history, deps.clock.now()))
      : problem("not_found");
  };

export const audit =
  (deps: { readonly ledger: Pick<Ledger, "find">; readonly clock: Clock }): Endpoint<typeof ROUTES.audit> =>
  async ({ caller, query }) => {
    const found = await deps.ledger.find(caller.storefront, query.q);
    const now = deps.clock.now();
    return ok({ object: "list", data: found.map((one) => timelineOf(one, now)), next_cursor: null });
  };
