/**
 * What is said on a socket, and what is understood of what comes. What must stay true: a payment looks here exactly as
 * `GET /v1/payments/{id}` shows it.
 */
import * as z from "zod";
import type { Payment } from "../domain/payment.ts";

/** More than any message of ours; what is longer is not looked at. */
const LONGEST_MESSAGE = 1_000;

export type Asked = "state" | "ping";

const Message = z.object({ action: z.enum(["state", "ping"]) });

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** What somebody asks for; null for anything else that they may have sent. */
export const readMessage = (text: string): Asked | null => {
  if (text.length > LONGEST_MESSAGE) return null;
  return Message.safeParse(parsed(text)).data?.action ?? null;
};

export const PONG = JSON.stringify({ type: "pong" });

/** To the token of a checkout session of which nobody was asked to pay yet. */
export const NO_PAYMENT = JSON.stringify({ type: "payment.none" });

export const NOT_UNDERSTOOD = JSON.stringify({
  type: "error",
  code: "not_understood",
  detail: 'Send {"action":"state"} to be told how the payment stands, or {"action":"ping"}. Nothing was changed.',
});

/** What can't be answered now: asking again is safe, and so is asking the API. */
export const TRY_AGAIN = JSON.stringify({
  type: "error",
  code: "internal_error",
  detail: "The payment could not be read just now. Nothing was changed; it is safe to ask again.",
});

/** How a payment stands. `sequence` grows with each of its changes. */
export type SayPayment = (payment: Payment) => string;

/** `view` shows a payment as the API does. */
export const sayPayment =
  (view: (payment: Payment) => object): SayPayment =>
  (payment) =>
    JSON.stringify({ type: "payment.updated", payment: view(payment), sequence: payment.version });
