/**
 * POST /v1/checkout-sessions. What must stay true: the same request makes one session, for ever; the address that it gives
 * holds the session's token behind the `#`, which no browser sends to any server.
 */
import { createHash } from "node:crypto";
import { CHECKOUT_SECONDS, SHOWN_AFTER_MS } from "../domain/checkout-session.ts";
import type { CheckoutSession } from "../domain/checkout-session.ts";
import type { Clock } from "../domain/clock.ts";
import { checkoutSessionId } from "../domain/ids.ts";
import { shillings } from "../domain/money.ts";
import type { CheckoutLedger } from "../store/checkout-ledger.ts";
import type { Directory } from "../store/directory.ts";
import { checkoutView } from "./checkout-view.ts";
import type { ROUTES } from "./contract.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { created, problem } from "./reply.ts";
import type { StartedCheckout } from "./responses-checkout.ts";

type CreateRoute = typeof ROUTES.createCheckoutSession;

export interface CreateCheckoutDeps {
  readonly checkouts: Pick<CheckoutLedger, "open">;
  readonly directory: Pick<Directory, "storefront">;
  readonly clock: Clock;
  /** Where this stage's checkout page is, without a slash at the end; null: it has none yet. */
  readonly baseUrl: () => string | null;
  /** A token for `subject` that lasts until `until`, epoch milliseconds. */
  readonly token: (subject: string, until: number) => Promise<string>;
}

const secondsOf = (body: Call<CreateRoute>["body"]): number => body.expires_in_seconds ?? CHECKOUT_SECONDS.usual;

/** The body as it counts: an absent field is not an empty one, and the usual duration is the usual duration. */
const fingerprint = (body: Call<CreateRoute>["body"]): string => {
  const metadata = Object.entries(body.metadata ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = [
    body.amount,
    body.reference,
    body.description ?? null,
    metadata,
    body.success_url ?? null,
    secondsOf(body),
  ];
  return createHash("sha256").update(JSON.stringify(canonical)).digest("base64url");
};

/** Offers somebody, whose phone the storefront need not know, to pay. */
export const createCheckout =
  (deps: CreateCheckoutDeps): Endpoint<CreateRoute> =>
  async ({ caller, body, idempotencyKey }) => {
    const baseUrl = deps.baseUrl();
    if (baseUrl === null) return problem("checkout_not_configured");
    const createdAt = deps.clock.now();
    const wanted: CheckoutSession = {
      id: checkoutSessionId({ storefront: caller.storefront, key: idempotencyKey }),
      storefront: caller.storefront,
      merchantName: (await deps.directory.storefront(caller.storefront))?.name ?? caller.storefront,
      amount: shillings(body.amount),
      reference: body.reference,
      description: body.description ?? null,
      metadata: body.metadata ?? {},
      successUrl: body.success_url ?? null,
      fingerprint: fingerprint(body),
      openedBy: `key:${caller.keyId}`,
      createdAt,
      expiresAt: createdAt + secondsOf(body) * 1_000,
      tries: 0,
    };
    const { opened, session } = await deps.checkouts.open(wanted);
    if (opened === "reused_key") return problem("idempotency_key_reused", { checkout_session_id: session.id });
    const token = await deps.token(session.id, session.expiresAt + SHOWN_AFTER_MS);
    const started: StartedCheckout = {
      // Of a replay, how it stands now is told by reading it: the answer stays what it was.
      ...checkoutView({ ...session, tries: 0 }, [], session.createdAt),
      url: `${baseUrl}/checkout/${session.id}#${token}`,
    };
    return created(started, { replayed: opened === "existing" });
  };
