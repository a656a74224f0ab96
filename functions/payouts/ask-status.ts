/** Asks M-PESA how a payout ended. */
import type { PayoutDaraja } from "../daraja/payout-client.ts";
import type { Payout } from "../domain/payout.ts";
import { askMpesa } from "./ask-mpesa.ts";
import type { AskMpesaDeps } from "./ask-mpesa.ts";

export interface AskStatusDeps extends AskMpesaDeps {
  readonly daraja: Pick<PayoutDaraja, "transactionStatus">;
}

/** Asks about a payout that M-PESA may hold; false when no question left. */
export const askStatus =
  (deps: AskStatusDeps) =>
  ({ id, shortcode }: Pick<Payout, "id" | "shortcode">): Promise<boolean> =>
    askMpesa(deps, { id, shortcode }, (held) => deps.daraja.transactionStatus({ id, ...held }));

export type AskStatus = ReturnType<typeof askStatus>;
