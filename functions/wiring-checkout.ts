/** The composition root of checkout sessions: see wiring.ts, on which it stands. */
import { mintClientToken } from "./api/client-token.ts";
import { env } from "./runtime/env.ts";
import { lazy } from "./runtime/lazy.ts";
import { createCheckoutLedger } from "./store/dynamo-checkouts.ts";
import { ledgerDeps, signingSecret } from "./wiring.ts";

export const checkouts = /* @__PURE__ */ lazy(() => createCheckoutLedger(ledgerDeps()));

export const checkoutBaseUrl = (): string | null => env.checkoutBaseUrl() ?? null;

/** A token with which a browser may see one session, and pay it, until `until`. */
export const checkoutToken = async (subject: string, until: number): Promise<string> =>
  mintClientToken(subject, until, await signingSecret());
