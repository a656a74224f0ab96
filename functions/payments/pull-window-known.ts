/**
 * Whether the ledger knows of a payment that a pull has to show. "No records" is M-PESA's answer to an empty span and to
 * trouble alike; only what the ledger has heard otherwise tells the two apart. What must stay true: the look is bounded,
 * and a payment counts only when M-PESA has told of it by a way that pulls share.
 */
import { surelyShown } from "../daraja/pull-window.ts";
import type { PullWindow } from "../daraja/pull-window.ts";
import type { Clock } from "../domain/clock.ts";
import type { Payment } from "../domain/payment.ts";
import type { PaymentState } from "../domain/payment-states.ts";
import type { Storefront } from "../store/directory.ts";
import type { Ledger } from "../store/ledger.ts";

export interface KnowsPaidDeps {
  readonly ledger: Pick<Ledger, "list">;
  /** Those whose payments go to the shortcode. */
  readonly storefronts: () => Promise<readonly Pick<Storefront, "id">[]>;
  readonly clock: Clock;
}

/** The id of a payment that an answer for the span would have to show; null when none is known. */
export type KnowsPaid = (span: PullWindow) => Promise<string | null>;

const HOUR_MS = 3_600_000;
const PAGE = 100;
/** Of one storefront: who has thousands of payments in a few hours, and none that a confirmation told, has no confirmations. */
const MOST_PAGES = 20;
const PAID: readonly PaymentState[] = ["succeeded", "reversed"];
const TOLD_BY_RECEIPT: ReadonlySet<string> = new Set(["c2b", "pull"]);

/** A push that was paid is in a pull too, but that is known for sure only once a confirmation, or a pull, has named it. */
const isShown = ({ paidAt, receipt, history }: Payment, { from, until }: PullWindow): boolean =>
  receipt !== null &&
  paidAt !== null &&
  paidAt >= from &&
  paidAt < until &&
  history.some(({ source }) => TOLD_BY_RECEIPT.has(source));

const findIn = async ({ ledger }: KnowsPaidDeps, storefront: string, shown: PullWindow): Promise<string | null> => {
  const filters = { states: PAID, createdFrom: shown.from - HOUR_MS, createdTo: shown.until + HOUR_MS };
  let cursor: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await ledger.list({ storefront, filters, limit: PAGE, cursor });
    const payment = page.payments.find((one) => isShown(one, shown));
    if (payment) return payment.id;
    cursor = page.next;
    if (cursor === null) return null;
  }
  return null;
};

export const knowsPaid =
  (deps: KnowsPaidDeps): KnowsPaid =>
  async (span) => {
    const shown = surelyShown(span, deps.clock.now());
    if (shown === null) return null;
    for (const { id } of await deps.storefronts()) {
      const payment = await findIn(deps, id, shown);
      if (payment !== null) return payment;
    }
    return null;
  };
