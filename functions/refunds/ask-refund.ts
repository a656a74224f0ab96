/**
 * Asks M-PESA how a refund ended, by the name that Daraja gave to the request: by the payment's receipt it would tell of
 * the payment, which proves nothing about its reversal.
 */
import type { PayoutDaraja } from "../daraja/payout-client.ts";
import { isOpen } from "../domain/refund-rules.ts";
import type { Refund } from "../domain/refund.ts";
import { askMpesa } from "../payouts/ask-mpesa.ts";
import type { AskMpesaDeps } from "../payouts/ask-mpesa.ts";

export interface AskRefundDeps extends AskMpesaDeps {
  readonly daraja: Pick<PayoutDaraja, "transactionStatus">;
  /** The shortcode whose lane questions leave by. */
  readonly shortcode: () => Promise<string>;
}

/** Asks about a refund that M-PESA may hold; false when no question left. */
export const askRefund =
  (deps: AskRefundDeps) =>
  async ({ id, originatorId, state }: Pick<Refund, "id" | "originatorId" | "state">): Promise<boolean> => {
    if (originatorId === null || !isOpen(state)) return false;
    return askMpesa(deps, { id, shortcode: await deps.shortcode() }, (held) =>
      deps.daraja.transactionStatus({ id, originatorId, ...held }),
    );
  };

export type AskRefund = ReturnType<typeof askRefund>;
