/**
 * POST /v1/payments/{id}/route: somebody says whose a payment from the phone's menu is. What must stay true: nobody routes
 * what is not theirs, only the shortcode's owner gives a payment away, and who said what is in the payment's history.
 */
import type { Clock } from "../domain/clock.ts";
import { isPaymentId } from "../domain/ids.ts";
import type { Payment } from "../domain/payment.ts";
import { ownerOfShortcode, storefrontsOf } from "../domain/routing.ts";
import type { RoutedStorefront } from "../domain/routing.ts";
import type { Log } from "../runtime/logger.ts";
import type { Ledger } from "../store/ledger.ts";
import type { ToldLedger } from "../store/told-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { paymentView } from "./payment-view.ts";
import { ok, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";

export interface RoutePaymentDeps {
  readonly ledger: Pick<Ledger, "read">;
  readonly told: Pick<ToldLedger, "route">;
  readonly storefronts: () => Promise<readonly RoutedStorefront[]>;
  readonly clock: Clock;
  readonly log: Log;
}

type RouteCall = Call<typeof ROUTES.routePayment>;

/** How often a payment may change under us before we give up. */
const ROUNDS = 5;

/** How long the same request again is answered like the first: as long as a caller retries one whose answer was lost. */
const REPLAY_MS = 5 * 60_000;

/**
 * Whether the caller gave this payment away just now and nothing has happened to it since: then the answer shows what the
 * first one showed. Later it is the other storefront's alone.
 */
const gaveAway = (payment: Payment, { caller, body }: RouteCall, now: number): boolean => {
  const last = payment.history.at(-1);
  return (
    last?.finding === "routed" &&
    now - last.at <= REPLAY_MS &&
    payment.storefront === body.storefront &&
    payment.reference === body.reference &&
    last.by === `key:${caller.keyId}` &&
    last.facts["previous_storefront"] === caller.storefront
  );
};

const mayGive = async (deps: RoutePaymentDeps, payment: Payment, to: string): Promise<Reply | null> => {
  const storefronts = await deps.storefronts();
  const mistake = (message: string) => problem("invalid_request", { errors: [{ pointer: "/storefront", message }] });
  if (ownerOfShortcode(storefronts, payment.shortcode) !== payment.storefront)
    return mistake("only the owner of the shortcode may give a payment to another storefront");
  return storefrontsOf(storefronts, payment.shortcode).some(({ id }) => id === to)
    ? null
    : mistake("there is no such storefront on this shortcode");
};

/** One attempt on the payment as it is; null when it was changed meanwhile. */
const attempt = async (deps: RoutePaymentDeps, call: RouteCall): Promise<Reply | null> => {
  const { caller, params, body, requestId } = call;
  const payment = isPaymentId(params.id) ? await deps.ledger.read(params.id) : null;
  if (payment && gaveAway(payment, call, deps.clock.now())) return ok(paymentView(payment));
  if (payment?.storefront !== caller.storefront) return problem("not_found");
  if (payment.source !== "paybill" || payment.state === "merged") return problem("not_routable");
  const { reference, storefront = caller.storefront } = body;
  const isDone = payment.routing === "matched" && payment.storefront === storefront && payment.reference === reference;
  if (isDone) return ok(paymentView(payment));
  const refused = storefront === caller.storefront ? null : await mayGive(deps, payment, storefront);
  if (refused) return refused;
  const act = { at: deps.clock.now(), by: `key:${caller.keyId}`, requestId, source: "api" } as const;
  const routed = await deps.told.route(payment, { storefront, routing: "matched", reference, ...act });
  if (!routed) return null;
  deps.log.info("payment.routed", { transaction: routed.id, storefront });
  return ok(paymentView(routed));
};

/** Says whose a payment is. */
export const routePayment =
  (deps: RoutePaymentDeps): Endpoint<typeof ROUTES.routePayment> =>
  async (call) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const reply = await attempt(deps, call);
      if (reply) return reply;
    }
    return problem("unavailable");
  };
