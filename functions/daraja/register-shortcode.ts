/**
 * Opens a shortcode for payments from the phone's menu: M-PESA learns where to ask and tell about them, and lets the
 * shortcode pull what it could not tell. What must stay true: what M-PESA had registered before is never taken for what
 * was asked for now, because it can't be read back; repeating is safe.
 */
import type { Msisdn } from "../domain/msisdn.ts";
import type { C2bDaraja, UrlRegistration } from "./c2b-client.ts";
import type { RegistrationAnswer } from "./c2b-registration.ts";
import type { CallbackKind } from "./callback-url.ts";
import type { PullDaraja } from "./pull-client.ts";

export interface RegisterDeps {
  readonly c2b: C2bDaraja;
  readonly pull: Pick<PullDaraja, "registerPull">;
  /** The full callback URL, token included. */
  readonly callbackUrl: (kind: CallbackKind, id: string) => Promise<string>;
}

export interface WantedRegistration extends Pick<UrlRegistration, "whenSilent" | "version"> {
  /** What the Daraja application belongs to; of a till, its store number. */
  readonly shortcode: string;
  /** The Safaricom number in the organisation's details at M-PESA, without which nothing is pulled; null: not now. */
  readonly nominatedNumber: Msisdn | null;
}

export interface Registered {
  readonly urls: RegistrationAnswer;
  /** Null when it was not asked for. */
  readonly pull: RegistrationAnswer | null;
}

/**
 * Registers the URLs, then the pull. M-PESA wants an address for the pull as well and never says what it sends there;
 * whatever comes is kept where confirmations are.
 */
export const registerShortcode = async (
  { c2b, pull, callbackUrl }: RegisterDeps,
  { shortcode, nominatedNumber, ...how }: WantedRegistration,
): Promise<Registered> => {
  const confirmationUrl = await callbackUrl("c2b-confirmation", shortcode);
  const validationUrl = await callbackUrl("c2b-validation", shortcode);
  const urls = await c2b.registerUrls({ ...how, confirmationUrl, validationUrl });
  if (nominatedNumber === null) return { urls, pull: null };
  return { urls, pull: await pull.registerPull({ nominatedNumber, callbackUrl: confirmationUrl }) };
};
