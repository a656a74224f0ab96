/** What is known of a world of payments that has come to rest: what the ledger holds, and what really happened. */
import { exceptionId } from "../../../functions/domain/ids.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import type { Item } from "../../../functions/store/attributes.ts";
import type { MenuPaymentView } from "../../../sandbox/daraja/core/menu-payment.ts";
import type { PushView } from "../../../sandbox/daraja/core/push.ts";
import type { Told } from "./storefront.ts";

/** A callback that Safaricom was told is stored. */
export interface Acknowledged {
  readonly id: string;
  readonly body: string;
  /** The address it came from. */
  readonly from: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A question about a push that M-PESA was asked, and the ResultCode that reached us; null for an answer without one. */
export interface Heard {
  readonly checkoutId: string;
  readonly code: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Ending {
  /** All items of the ledger's table. */
  readonly items: readonly Item[];
  /** What M-PESA took. */
  readonly pushes: readonly PushView[];
  readonly menu: readonly MenuPaymentView[];
  readonly told: readonly Told[];
  readonly acknowledged: readonly Acknowledged[];
  readonly heard: readonly Heard[];
  /** When the item of each key first was as nobody needs to ask about it any more, epoch milliseconds. */
  readonly restedAt: ReadonlyMap<string, number>;
  /** When all faults stopped, epoch milliseconds. */
  readonly calmAt: number;
}

/** What is opened about a payment without a word in its history: that it may be another one's money, seen too late. */
const RAISED_LATER = "ambiguous";

/** The payment's exceptions that a person can find, by their ids. */
export const exceptionsOf = (payment: Payment, known: ReadonlySet<string>): readonly string[] => {
  const kinds = new Set([...payment.history.map(({ exception }) => exception), RAISED_LATER]);
  return [...kinds]
    .flatMap((kind) => (kind === null ? [] : [exceptionId(payment.id, kind)]))
    .filter((id) => known.has(id));
};

/** What a callback's body says of the push. */
export const saysPaid = (body: string): boolean => /"ResultCode":"?0"?[,}]/.test(body);
