/** What comes in about checkout sessions. */
import * as z from "zod";
import { CHECKOUT_SECONDS } from "../domain/checkout-session.ts";
import { amount, line, metadata, phone } from "./requests.ts";

export const CHECKOUT_STATUSES = ["open", "complete", "expired"] as const;

const LONGEST_URL = 2_048;

/** Plain HTTP leads nowhere but to the engineer's own machine. */
const isSafePlace = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== "" || url.password !== "") return false;
  return (
    url.protocol === "https:" ||
    (url.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname))
  );
};

export const checkoutRequest = () =>
  z
    .strictObject({
      amount: amount(),
      reference: line(1, 12, "reference").meta({
        description: "Shown to the customer as the account; your order number.",
        examples: ["INV-1001"],
      }),
      description: line(1, 13, "description")
        .optional()
        .meta({ description: "A few words for the page and the prompt.", examples: ["Order 1001"] }),
      metadata: metadata().optional(),
      success_url: z
        .string("success_url is text")
        .max(LONGEST_URL, `success_url has at most ${LONGEST_URL} characters`)
        .refine(isSafePlace, "success_url is an https:// address without a name or password in it")
        .optional()
        .meta({
          description:
            "Where the page leads a customer who has paid. That somebody arrives there proves nothing; the payment does.",
          examples: ["https://duka.co.ke/orders/1001/thanks"],
        }),
      expires_in_seconds: z
        .int("expires_in_seconds is a whole number")
        .min(CHECKOUT_SECONDS.min, `expires_in_seconds is at least ${CHECKOUT_SECONDS.min}`)
        .max(CHECKOUT_SECONDS.max, `expires_in_seconds is at most ${CHECKOUT_SECONDS.max}, thirty days`)
        .optional()
        .meta({ description: "For how long a payment may be begun; a day when absent.", examples: [3_600] }),
    })
    .meta({ id: "CheckoutSessionRequest" });

export const checkoutPaymentRequest = () => z.strictObject({ phone: phone() }).meta({ id: "CheckoutPaymentRequest" });
