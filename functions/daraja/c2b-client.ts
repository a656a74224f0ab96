/**
 * Safaricom's Daraja as an operator sees it who opens a paybill's door: register where M-PESA asks and tells about
 * payments from the phone's menu. What must stay true: no URL is registered that Daraja would refuse, or that belongs to
 * nobody: registering is done once, and undone by hand.
 *
 * Repeats safely: it moves no money, and a second registration is answered with "registered already".
 */
import { createMake, orNull, takesUrls } from "./client-call.ts";
import type { ClientDeps } from "./client-call.ts";
import type { TimeAllowed } from "./call.ts";
import { readRegistration, registrationAnswer, unregistered } from "./c2b-registration.ts";
import type { RegistrationAnswer } from "./c2b-registration.ts";
import { textAt } from "./foreign-json.ts";

export interface UrlRegistration {
  /** Where M-PESA tells of a payment; one URL for the whole shortcode. */
  readonly confirmationUrl: string;
  /** Where M-PESA asks before one, if Safaricom has enabled validation for the shortcode. */
  readonly validationUrl: string;
  /** What M-PESA does with a payment whose validation is not answered in time. */
  readonly whenSilent: "accept" | "reject";
  /** `v1` names payers by a hash of their number, `v2` (when left out) by a masked number. */
  readonly version?: "v1" | "v2";
}

export interface C2bDaraja {
  /** Registers the shortcode's URLs. Never rejects for trouble upstream: the answer says what is known. */
  registerUrls(registration: UrlRegistration): Promise<RegistrationAnswer>;
}

export interface C2bDarajaDeps extends ClientDeps {
  readonly time?: TimeAllowed;
}

const TIME = { attemptMs: 12_000, totalMs: 45_000 } as const;
const THROTTLE_RETRIES = 2;
const RESPONSE_TYPES = { accept: "Completed", reject: "Cancelled" } as const;

const read = readRegistration({ codeOf: (body) => textAt(body, "ResponseCode"), done: "0", already: null });

/** The client that registers one shortcode's URLs (Daraja portal, C2B, Register URL). */
export const createC2bDaraja = (deps: C2bDarajaDeps): C2bDaraja => {
  const make = createMake(deps);

  const registerUrls = async (registration: UrlRegistration): Promise<RegistrationAnswer> => {
    const { confirmationUrl, validationUrl, whenSilent, version = "v2" } = registration;
    const operation = "c2b_register";
    const credentials = await orNull(deps, operation, deps.credentials());
    if (credentials === null) return unregistered("daraja_unavailable");
    if (!takesUrls(deps, operation, [confirmationUrl, validationUrl])) return unregistered("merchant_misconfigured");
    const text = JSON.stringify({
      ShortCode: credentials.shortcode,
      ResponseType: RESPONSE_TYPES[whenSilent],
      ConfirmationURL: confirmationUrl,
      ValidationURL: validationUrl,
    });
    const called = await make<RegistrationAnswer>({
      operation,
      lane: "query",
      path: `/mpesa/c2b/${version}/registerurl`,
      body: () => text,
      read,
      time: deps.time ?? TIME,
      throttleRetries: THROTTLE_RETRIES,
    });
    return registrationAnswer(called);
  };

  return { registerUrls };
};
