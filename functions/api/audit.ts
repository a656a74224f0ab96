/** History and audit: how any shilling is explained. What leaves here is masked (timeline-view.ts). */
import type { Clock } from "../domain/clock.ts";
import type { HistoryEntry } from "../domain/history.ts";
import { isTransactionId } from "../domain/ids.ts";
import { utcIso } from "../domain/time.ts";
import type { KnownTransaction, Ledger, TransactionHistory } from "../store/ledger.ts";
import { batchView } from "./batch-view.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { workedException } from "./exception-view.ts";
import { paged } from "./listing.ts";
import { paymentView } from "./payment-view.ts";
import { payoutView } from "./payout-view.ts";
import { refundView } from "./refund-view.ts";
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

export const told = (known: KnownTransaction): Told => {
  switch (known.kind) {
    case "payment":
      return { ...known.payment, view: () => paymentView(known.payment) };
    case "payout":
      return { ...known.payout, view: () => payoutView(known.payout) };
    case "batch":
      return { ...known.batch, view: () => batchView(known.batch, null) };
    case "refund":
      return { ...known.refund, view: () => refundView(known.refund) };
  }
};

/** A transaction's whole life, with the proof that nobody touched it since. */
export const timelineOf = (transaction: TransactionHistory, now: number): Timeline => {
  const { raws, head, kept, exceptions } = transaction;
  const { id, history, view } = told(transaction);
  const known = [...raws, ...kept.map(({ raw }) => raw)];
  const texts = new Map(known.flatMap(({ hash, text }) => (text === null ? [] : [[hash, text]])));
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
      evidence: raw.text === null ? null : masked(raw.text),
      evidence_sha256: raw.hash,
    })),
  };
};

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
  ({ caller, query }) =>
    paged(async () => {
      const { readAs, found, next } = await deps.ledger.find({
        storefront: caller.storefront,
        text: query.q,
        as: query.as ?? null,
        cursor: query.cursor ?? null,
      });
      const now = deps.clock.now();
      return ok({
        object: "list",
        read_as: readAs,
        data: found.map((one) => timelineOf(one, now)),
        next_cursor: next,
      });
    });
