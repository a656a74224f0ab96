/**
 * What every call that names the API operator needs before it can be made: the operator's credential and the two addresses
 * of its result. What must stay true: a call whose parts can't be had is not made, and the log says why.
 */
import type { CallbackKind } from "./callback-url.ts";
import { orNull, takesUrls } from "./client-call.ts";
import type { ClientDeps } from "./client-call.ts";
import type { Credentials } from "./credentials.ts";
import type { Envelope } from "./payout-request.ts";
import { createInitiatorCredentials, InitiatorUnusable } from "./security-credential.ts";
import type { InitiatorCredential } from "./security-credential.ts";

/** What a call is and where its answers go. */
export interface Subject {
  readonly operation: "b2c" | "transaction_status" | "account_balance" | "reversal";
  readonly kinds: readonly [result: CallbackKind, late: CallbackKind];
  /** What the answers are about. */
  readonly id: string;
}

/** Why a call was not even tried. */
export type NotReady = "initiator_misconfigured" | "shortcode_misconfigured" | "daraja_unavailable";

/** One per process and client: it remembers the operator's encrypted password. */
export const createPrepare = (deps: ClientDeps): ((subject: Subject) => Promise<Envelope | NotReady>) => {
  const initiatorOf = createInitiatorCredentials();

  const initiator = (credentials: Credentials, operation: Subject["operation"]): InitiatorCredential | null => {
    const refuse = (because: string): null => {
      deps.log("daraja.not_sent", { operation, because });
      return null;
    };
    try {
      return initiatorOf(credentials) ?? refuse(`the Daraja secret lacks ${credentials.initiatorLacks.join(", ")}`);
    } catch (fault) {
      if (!(fault instanceof InitiatorUnusable)) throw fault;
      return refuse(fault.message);
    }
  };

  return async ({ operation, kinds, id }) => {
    const urls = kinds.map((kind) => deps.callbackUrl(kind, id));
    const needed = await orNull(deps, operation, Promise.all([deps.credentials(), ...urls]));
    if (needed === null) return "daraja_unavailable";
    const [credentials, resultUrl = "", lateUrl = ""] = needed;
    const named = initiator(credentials, operation);
    if (named === null) return "initiator_misconfigured";
    if (!takesUrls(deps, operation, [resultUrl, lateUrl])) return "shortcode_misconfigured";
    return { initiator: named, shortcode: credentials.shortcode, receiver: credentials.receiver, resultUrl, lateUrl };
  };
};
