/**
 * What every answer of Daraja's gateway has in common, whatever was asked: an error in one of several envelopes, and
 * words about it that are safe to keep.
 */
import { objectAt, textAt } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";
import type { GatewayError } from "./gateway-errors.ts";
import { description } from "./mpesa-fields.ts";

/** Longer than any code; what is longer is no code. */
export const CODE_LENGTH = 60;

/** The error in a body, in any of its envelopes: errorCode or ErrorCode, an Apigee fault. */
export const gatewayError = (body: Foreign | null): GatewayError => {
  if (body === null) return { code: null, message: "" };
  const fault = objectAt(body, "fault");
  const detail = fault && objectAt(fault, "detail");
  const code = fault ? detail && textAt(detail, "errorcode") : textAt(body, "errorCode");
  const message = fault ? textAt(fault, "faultstring") : textAt(body, "errorMessage");
  return { code: code?.slice(0, CODE_LENGTH) ?? null, message: message ?? "" };
};

/** Some products repeat the token in the message; it ends here. */
const withoutToken = (message: string): string => message.replace(/(invalid access token)[\s\S]*/i, "$1");

/** The gateway's code and words, as a failure keeps them. */
export const saidBy = (error: GatewayError) => ({ code: error.code, words: withoutToken(error.message) });

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** What is known of an answer that fits nothing: words for the history, free of personal data. */
export const strange = (status: number, error: GatewayError): string => {
  const said = description(error.code ?? error.message);
  return said === null ? `HTTP ${status} without a known answer` : `HTTP ${status}: ${said}`;
};
