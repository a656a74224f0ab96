/**
 * Safaricom's Daraja as it is asked for what no callback told: the payments of a span of time. What must stay true: an
 * answer that says nothing is a failure, never "nothing new".
 *
 * Repeats safely, both calls: pulling is reading, the same payment read twice is one payment by its receipt; registering
 * again is answered with "registered already".
 */
import type { Msisdn } from "../domain/msisdn.ts";
import { readRegistration, registrationAnswer, unregistered } from "./c2b-registration.ts";
import type { RegistrationAnswer } from "./c2b-registration.ts";
import type { TimeAllowed } from "./call.ts";
import { createMake, orNull, takesUrls } from "./client-call.ts";
import type { ClientDeps } from "./client-call.ts";
import { pageAnswer, pullCode, readPullPage } from "./pull-answers.ts";
import type { PageAnswer } from "./pull-answers.ts";
import { pullTime } from "./pull-window.ts";
import type { PullWindow } from "./pull-window.ts";

export interface PullRegistration {
  /** The Safaricom number in the organisation's details in Safaricom's portal. */
  readonly nominatedNumber: Msisdn;
  readonly callbackUrl: string;
}

/** No method rejects for trouble upstream: the answer says what is known. */
export interface PullDaraja {
  /** One call for the payments of a span of at most 48 hours. `pullPages` says what offsets mean. */
  page(query: PullWindow & { readonly offset: number }): Promise<PageAnswer>;
  /** Registers the shortcode for pulls, once; before that a pull answers "no records". */
  registerPull(registration: PullRegistration): Promise<RegistrationAnswer>;
}

export interface PullDarajaDeps extends ClientDeps {
  readonly time?: TimeAllowed;
}

const TIME = { attemptMs: 15_000, totalMs: 60_000 } as const;
const THROTTLE_RETRIES = 2;

const readPullRegistration = readRegistration({ codeOf: pullCode, done: "1000", already: "1001" });

/** The client that pulls one shortcode's payments (Daraja portal, Pull Transactions). */
export const createPullDaraja = (deps: PullDarajaDeps): PullDaraja => {
  const make = createMake(deps);
  const shared = { lane: "query", time: deps.time ?? TIME, throttleRetries: THROTTLE_RETRIES } as const;

  const page = async ({ from, until, offset }: PullWindow & { readonly offset: number }): Promise<PageAnswer> => {
    const operation = "pull_query";
    const credentials = await orNull(deps, operation, deps.credentials());
    if (credentials === null) return { answer: "failed", because: "not asked: the Daraja secret can't be read" };
    const text = JSON.stringify({
      ShortCode: credentials.shortcode,
      StartDate: pullTime(from),
      EndDate: pullTime(until),
      OffSetValue: String(offset),
    });
    const path = "/pulltransactions/v1/query";
    return pageAnswer(await make<PageAnswer>({ ...shared, operation, path, body: () => text, read: readPullPage }));
  };

  const registerPull = async ({ nominatedNumber, callbackUrl }: PullRegistration): Promise<RegistrationAnswer> => {
    const operation = "pull_register";
    const credentials = await orNull(deps, operation, deps.credentials());
    if (credentials === null) return unregistered("daraja_unavailable");
    if (!takesUrls(deps, operation, [callbackUrl])) return unregistered("merchant_misconfigured");
    const text = JSON.stringify({
      ShortCode: credentials.shortcode,
      RequestType: "Pull",
      NominatedNumber: nominatedNumber,
      CallBackURL: callbackUrl,
    });
    const path = "/pulltransactions/v1/register";
    const called = await make<RegistrationAnswer>({
      ...shared,
      operation,
      path,
      body: () => text,
      read: readPullRegistration,
    });
    return registrationAnswer(called);
  };

  return { page, registerPull };
};
