/**
 * GET /v1/transactions/{id}/dossier: everything about one transaction in one answer, as JSON or as a page to print: its
 * whole life, whether anything in it was changed since, what came of it (refunds, a merge, a batch), and whose its
 * receipt is. What leaves here is masked (timeline-view.ts).
 */
import type { Clock } from "../domain/clock.ts";
import { isTransactionId } from "../domain/ids.ts";
import { refundsOf } from "../domain/refund-share.ts";
import { utcIso } from "../domain/time.ts";
import type { KnownTransaction, Ledger, TransactionHistory } from "../store/ledger.ts";
import { timelineOf, told } from "./audit.ts";
import type { ROUTES } from "./contract.ts";
import { dossierPage } from "./dossier-page.ts";
import type { Endpoint } from "./endpoint.ts";
import { ok, page, problem } from "./reply.ts";
import type { Relation } from "./responses-dossier.ts";
import type { Dossier } from "./responses.ts";

/** Related transactions that are told whole; a count says how many there are. */
const MOST_RELATED = 10;

interface DossierDeps {
  readonly ledger: Pick<Ledger, "history" | "find">;
  readonly clock: Clock;
}

interface Related {
  readonly relation: Relation;
  readonly id: string;
}

const named = (relation: Relation, id: string | null): readonly Related[] => (id === null ? [] : [{ relation, id }]);

const relatedTo = (known: KnownTransaction): readonly Related[] => {
  switch (known.kind) {
    case "payment":
      return [
        ...named("merged_into", known.payment.mergedInto),
        ...refundsOf(known.payment).flatMap((id) => named("refund", id)),
      ];
    case "payout":
      return [...named("part_of", known.payout.batch?.id ?? null), ...named("replaced_by", known.payout.replacedBy)];
    case "refund":
      return named("refund_of", known.refund.paymentId);
    case "batch":
      return [];
  }
};

const receiptOf = (known: KnownTransaction): string | null => {
  switch (known.kind) {
    case "payment":
      return known.payment.receipt;
    case "payout":
      return known.payout.receipt;
    case "refund":
      return known.refund.receipt;
    case "batch":
      return null;
  }
};

/** Whose the receipt is by the claim that is written with it, which no two transactions can hold. */
const claimOf = async ({ ledger }: DossierDeps, own: TransactionHistory): Promise<Dossier["receipt"]> => {
  const { id, storefront } = told(own);
  const receipt = receiptOf(own);
  if (receipt === null) return null;
  const { found } = await ledger.find({ storefront, text: receipt, as: "receipt", cursor: null });
  const [owner] = found;
  const ownerId = owner ? told(owner).id : null;
  return { receipt, claimed_by: ownerId, is_ours: ownerId === id };
};

const dossierOf = async (deps: DossierDeps, own: TransactionHistory): Promise<Dossier> => {
  const now = deps.clock.now();
  const { storefront } = told(own);
  const related = relatedTo(own);
  const [receipt, ...others] = await Promise.all([
    claimOf(deps, own),
    ...related.slice(0, MOST_RELATED).map(async ({ relation, id }) => {
      const other = await deps.ledger.history(id);
      return other && told(other).storefront === storefront ? [{ relation, timeline: timelineOf(other, now) }] : [];
    }),
  ]);
  return {
    object: "dossier",
    made_at: utcIso(now),
    timeline: timelineOf(own, now),
    receipt,
    related: others.flat(),
    related_count: related.length,
  };
};

/** Whether HTML is asked for by name: who takes anything gets JSON. */
const wantsPage = (accept: string): boolean =>
  accept.split(",").some((one) => /^\s*text\/html\s*(;(?!\s*q=0(\.0*)?\s*$).*)?$/i.test(one));

export const readDossier =
  (deps: DossierDeps): Endpoint<typeof ROUTES.readDossier> =>
  async ({ caller, params, accept }) => {
    const own = isTransactionId(params.id) ? await deps.ledger.history(params.id) : null;
    if (!own || told(own).storefront !== caller.storefront) return problem("not_found");
    const dossier = await dossierOf(deps, own);
    return wantsPage(accept) ? page(dossierPage(dossier)) : ok(dossier);
  };
