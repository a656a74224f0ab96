/**
 * Asking a shortcode whether it wants a payment, before any money moves. It has eight seconds; whoever says nothing that
 * can be understood in that time gets what its registration chose: the payment, or none.
 */
import * as z from "zod";
import type { Ask } from "./asking.ts";
import { c2bBody, type Told } from "./c2b-body.ts";
import type { C2bUrlBook } from "./c2b-urls.ts";
import type { CallbackAttempt } from "./callback-attempts.ts";
import { planFor, VALIDATION_PATH } from "./confirmations.ts";
import type { FaultBook } from "./faults.ts";
import type { MpesaResult } from "./mpesa-results.ts";
import type { Switches } from "./switches.ts";

/** The codes that choose the words of the customer's SMS; any other code that is not 0 rejects as well. */
const REJECTIONS: Readonly<Record<string, string>> = {
  C2B00011: "Invalid MSISDN",
  C2B00012: "Invalid Account Number",
  C2B00013: "Invalid Amount",
  C2B00014: "Invalid KYC Details",
  C2B00015: "Invalid Short code",
  C2B00016: "Other Error",
};
const OTHER_ERROR = "C2B00016";

const Reply = z.object({
  ResultCode: z.union([z.string().max(20), z.number()]).transform(String),
  ThirdPartyTransID: z.string().max(60).nullish(),
});

export type Validation = {
  readonly outcome: "not_asked" | "accepted" | "rejected" | "unanswered";
  /** Why there is no payment; null when there is one. */
  readonly refusal: MpesaResult | null;
  readonly thirdPartyTransId: string;
};

const notAsked: Validation = { outcome: "not_asked", refusal: null, thirdPartyTransId: "" };

const readReply = (body: string): Validation | null => {
  const reply = Reply.safeParse(parsed(body));
  if (!reply.success) return null;
  const { ResultCode: code, ThirdPartyTransID: theirs } = reply.data;
  if (/^0+$/.test(code)) return { outcome: "accepted", refusal: null, thirdPartyTransId: theirs ?? "" };
  return { outcome: "rejected", refusal: { code, text: REJECTIONS[code] ?? "Rejected" }, thirdPartyTransId: "" };
};

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

type Parts = {
  readonly urls: Pick<C2bUrlBook, "of">;
  readonly ask: Ask;
  readonly faults: Pick<FaultBook, "strike">;
  readonly switches: () => Switches;
};

export const createValidator =
  ({ urls, ask, faults, switches }: Parts) =>
  /** Asks, and notes the attempt in `attempts`. Never rejects. */
  async (told: Told, attempts: CallbackAttempt[]): Promise<Validation> => {
    const registered = urls.of(told.shortcode);
    const { c2b_validation: asks, c2b_validation_ms: budgetMs } = switches();
    if (registered === undefined || asks === "off") return notAsked;
    const plan = planFor(faults, VALIDATION_PATH, told);
    const body = c2bBody(told, { version: registered.version, switches: switches(), plan });
    const answer = await ask({ plan, url: registered.validationUrl, body, attempts, budgetMs });
    const reply = answer === null ? null : readReply(answer);
    if (reply !== null) return reply;
    const cancelled = { code: OTHER_ERROR, text: "No answer to the validation" };
    return {
      outcome: "unanswered",
      refusal: registered.responseType === "Cancelled" ? cancelled : null,
      thirdPartyTransId: "",
    };
  };
