/**
 * What every Daraja endpoint looks like to the gateway. A family of endpoints (STK, later C2B, B2C and the rest) is one
 * file that exports a list of these.
 */
import type { CallbackPlan, Fault, Subject } from "./faults.ts";
import type { IncomingRequest, Outcome } from "./exchange.ts";
import { invalidField, invalidPayload, type Refusal } from "./refusals.ts";
import type { BadTokenReading, Lane } from "./switches.ts";

export type Call = IncomingRequest & {
  readonly query: URLSearchParams;
  /** What the body says, as far as it can be read before anything is checked. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly requestId: string;
};

export type Endpoint = {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** How a bad token is answered here; null where no token is needed. */
  readonly badToken: ((token: string) => BadTokenReading) | null;
  readonly lane?: {
    readonly name: Lane;
    /** The field that names the shortcode whose rate this is. */
    readonly shortcodeField: string;
    readonly refuse: (requestId: string) => Outcome;
  };
  /** Whom the request concerns, for faults that strike one phone or one payment. */
  readonly subject?: (fields: Call["fields"]) => Pick<Subject, "msisdn" | "references">;
  /**
   * Whether a request taken here is followed by a callback. Where it is `when_named`, a rule about callbacks alone must
   * name the path: whoever spoils the result of a payout does not mean the answer to a question about it.
   */
  readonly callsBack?: "always" | "when_named";
  /** Faults that come with the subject, without a rule. */
  readonly faults?: (subject: Subject, fields: Call["fields"]) => readonly Fault[];
  readonly execute: (call: Call, plan: CallbackPlan) => Outcome | Promise<Outcome>;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The fields of a JSON object; none when the body is anything else. */
export const peekFields = (body: string): Record<string, unknown> => readObject(body) ?? {};

const readObject = (body: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
};

/**
 * What is wrong with the body before any field is looked at; null when nothing is. With a wrong content type no field is
 * read, so the first one the product looks for is the one it misses.
 */
export const bodyRefusal = (call: Call, firstField: string): Refusal | null => {
  const contentType = call.headers["content-type"] ?? "";
  if (!/^application\/json\s*(;|$)/i.test(contentType)) return invalidField(firstField);
  return readObject(call.body) === null ? invalidPayload : null;
};

/** A JSON string or number as text; undefined for anything else. Daraja takes either form nearly everywhere. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
