/**
 * What every client of Daraja is made of: where it calls, what it needs before it calls, and an alarm for codes that
 * nobody knows. What must stay true: a request whose parts can't be had, or that names a callback URL which Daraja would
 * refuse, is not sent.
 */
import { makeCall } from "./call.ts";
import type { Call, CallDeps, Called, Suspicion } from "./call.ts";
import { checkCallbackUrl } from "./callback-url.ts";
import type { CallbackKind } from "./callback-url.ts";
import type { Credentials } from "./credentials.ts";
import { DARAJA } from "./environment.ts";
import type { DarajaEnvironment } from "./environment.ts";

export interface ClientDeps extends Omit<CallDeps, "baseUrl" | "suspicion"> {
  readonly environment: DarajaEnvironment;
  /** Another address than the environment's own, such as the local simulator's. */
  readonly baseUrl?: string | undefined;
  readonly credentials: () => Promise<Credentials>;
  /** The full callback URL of a transaction, token included. */
  readonly callbackUrl: (kind: CallbackKind, id: string) => Promise<string>;
  /** What the process remembers about its token; clients that share a token share this object. Own, when left out. */
  readonly suspicion?: Suspicion;
}

/** Makes the call and raises the alarm about a code that nobody knows. */
export type Make = <A extends { readonly answer: string }>(call: Call<A>) => Promise<Called<A>>;

export const createMake = (given: ClientDeps): Make => {
  const baseUrl = (given.baseUrl ?? DARAJA[given.environment].baseUrl).replace(/\/+$/, "");
  const deps: CallDeps = { ...given, baseUrl, suspicion: given.suspicion ?? { token: null, quietUntil: 0 } };
  return async (call) => {
    const called = await makeCall(deps, call);
    if (called.came === "answer" && called.unlistedCode !== null)
      deps.log("daraja.unlisted_code", { operation: call.operation, resultCode: called.unlistedCode });
    return called;
  };
};

/** A promise's value, or null after the failure was logged: what a request needs could not be had, so none is sent. */
export const orNull = async <T>(
  deps: Pick<ClientDeps, "log">,
  operation: string,
  needed: Promise<T>,
): Promise<T | null> => {
  try {
    return await needed;
  } catch (fault) {
    deps.log("daraja.not_sent", { operation, because: fault instanceof Error ? fault.name : "unknown" });
    return null;
  }
};

/** Whether Daraja takes these callback URLs; when not, the log says why. */
export const takesUrls = (
  deps: Pick<ClientDeps, "environment" | "log">,
  operation: string,
  urls: readonly string[],
): boolean => {
  for (const url of urls) {
    const takes = checkCallbackUrl(url, deps.environment);
    if (takes.ok) continue;
    deps.log("daraja.not_sent", { operation, because: `callback URL: ${takes.because}` });
    return false;
  }
  return true;
};
