/** GET /v1/checkout-sessions/{id}: for its storefront, or for the payer's page that holds its token. */
import type { Clock } from "../domain/clock.ts";
import { isCheckoutSessionId } from "../domain/ids.ts";
import type { CheckoutLedger, KnownCheckout } from "../store/checkout-ledger.ts";
import type { Caller } from "./caller.ts";
import { checkoutView } from "./checkout-view.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { ok, problem } from "./reply.ts";

/** The caller's session `id`; null when there is none or it is another storefront's, which look alike. */
export const ownCheckout = async (
  checkouts: Pick<CheckoutLedger, "read">,
  caller: Caller,
  id: string,
): Promise<KnownCheckout | null> => {
  const known = isCheckoutSessionId(id) ? await checkouts.read(id) : null;
  if (known === null) return null;
  const { session } = known;
  const isOwn = caller.kind === "browser" ? caller.subject === session.id : caller.storefront === session.storefront;
  return isOwn ? known : null;
};

export const readCheckout =
  (deps: {
    readonly checkouts: Pick<CheckoutLedger, "read">;
    readonly clock: Clock;
  }): Endpoint<typeof ROUTES.readCheckoutSession> =>
  async ({ caller, params }) => {
    const known = await ownCheckout(deps.checkouts, caller, params.id);
    return known ? ok(checkoutView(known.session, known.tries, deps.clock.now())) : problem("not_found");
  };
