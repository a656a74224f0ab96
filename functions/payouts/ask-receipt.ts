/**
 * Asks M-PESA what its books say of a receipt that an exception names: a confirmation that was not believed, a payment
 * from the menu that evidence disagrees about. The answer comes under the exception's id.
 */
import type { PayoutDaraja } from "../daraja/payout-client.ts";
import { askMpesa } from "./ask-mpesa.ts";
import type { AskMpesaDeps } from "./ask-mpesa.ts";

export interface AskReceiptDeps extends AskMpesaDeps {
  readonly daraja: Pick<PayoutDaraja, "receiptStatus">;
  /** The shortcode whose lane questions leave by. */
  readonly shortcode: () => Promise<string>;
}

/** Asks about `receipt` for an exception; false when no question left. */
export const askReceipt =
  (deps: AskReceiptDeps) =>
  async (id: string, receipt: string): Promise<boolean> =>
    askMpesa(deps, { id, shortcode: await deps.shortcode() }, (held) =>
      deps.daraja.receiptStatus({ id, receipt, ...held }),
    );

export type AskReceipt = ReturnType<typeof askReceipt>;
