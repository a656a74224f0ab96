/** What a person is told about a registration: what is done, and what is left to do. */
import type { RegistrationAnswer, RegistrationFailureCode } from "../functions/daraja/c2b-registration.ts";

export interface Told {
  readonly done: readonly string[];
  /** Why the command did not do it, and what to do; empty when it did. */
  readonly left: readonly string[];
}

const ADVICE: Readonly<Record<RegistrationFailureCode, string>> = {
  registered_elsewhere:
    "The shortcode's URLs are still on Safaricom's former platform. Ask M-PESA's support to remove them, then run the same command again.",
  merchant_misconfigured:
    "Check with: npm run credentials -- check. The shortcode must belong to the application, and the application must have the product at Safaricom's developer portal.",
  rate_limited: "M-PESA takes no more calls just now; run the same command again in a minute.",
  daraja_unavailable: "M-PESA can't be reached, or gives no token; run the same command again later.",
};

/** What went wrong; null when it was accepted. */
const trouble = (what: string, answer: RegistrationAnswer): string | null => {
  switch (answer.answer) {
    case "accepted":
      return null;
    case "unknown":
      return `${what}: it is not known whether M-PESA took it (${answer.because}). It is safe to run the same command again.`;
    case "refused": {
      const { code, resultCode, resultDesc } = answer.failure;
      const said =
        resultCode === null ? "" : ` M-PESA said ${resultCode}${resultDesc === null ? "" : `, ${resultDesc}`}.`;
      return `${what}: refused.${said} ${ADVICE[code]}`;
    }
  }
};

export const urlWords = (
  answer: RegistrationAnswer,
  { shortcode, baseUrl }: { readonly shortcode: string; readonly baseUrl: string },
): Told => {
  const left = trouble(`The callback URLs of shortcode ${shortcode}`, answer);
  if (left !== null) return { done: [], left: [left] };
  if (answer.answer === "accepted" && answer.already)
    return {
      done: [
        `Shortcode ${shortcode} has callback URLs already, and M-PESA does not say which.`,
        `If its payments do not reach ${baseUrl}: delete the URLs in M-PESA's portal (URL management), then run the same command again.`,
      ],
      left: [],
    };
  return {
    done: [`Registered: M-PESA confirms payments to shortcode ${shortcode} at ${baseUrl}.`],
    left: [],
  };
};

/** `answer`: null when pulling was not asked for. */
export const pullWords = (answer: RegistrationAnswer | null, shortcode: string): Told => {
  if (answer === null)
    return {
      done: ["Pulling was not registered: give --nominated for that. Once registered, it stays."],
      left: [],
    };
  const left = trouble(`Pulling for shortcode ${shortcode}`, answer);
  if (left !== null) return { done: [], left: [left] };
  const already = answer.answer === "accepted" && answer.already ? " already" : "";
  return { done: [`Shortcode ${shortcode} is registered for pulls${already}.`], left: [] };
};
