/**
 * Webhooks, checked before they are believed (Standard Webhooks, https://www.standardwebhooks.com). What must stay true:
 * nothing of a body is looked at before a signature over exactly these bytes holds, and no error says what the body was.
 */
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { components } from "./schema.ts";

type Resources = components["schemas"];

interface EventOf<Type extends string, Resource> {
  /** The same each time this event is delivered; remember it to do each thing once. */
  readonly id: string;
  readonly type: Type;
  readonly created_at: string;
  /** Grows with each change of the object: of two events about one object the higher one is the later. */
  readonly sequence: number;
  /** The object as it was when this happened, in the shape in which the API shows it. */
  readonly data: { readonly object: Resource };
}

/**
 * What Malipo sends. A newer Malipo may send types that are not here yet, so a `switch` over `type` needs a `default`
 * that answers 2xx and does nothing.
 */
export type MalipoEvent =
  | EventOf<"payment.succeeded" | "payment.failed" | "payment.reversed", Resources["Payment"]>
  | EventOf<"payout.succeeded" | "payout.failed" | "payout.cancelled", Resources["Payout"]>
  | EventOf<"refund.succeeded" | "refund.failed", Resources["Refund"]>
  | EventOf<
      | "batch.awaiting_approval"
      | "batch.rejected"
      | "batch.running"
      | "batch.paused"
      | "batch.waiting_for_float"
      | "batch.completed"
      | "batch.cancelled",
      Resources["PayoutBatch"]
    >
  | EventOf<"exception.opened", Resources["Exception"]>
  | EventOf<"endpoint.disabled", Resources["WebhookEndpoint"]>
  | EventOf<"endpoint.test", { readonly object: "test"; readonly endpoint: string; readonly message: string }>;

/** Headers as `fetch`, Node's `http` and most frameworks give them. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The request is not Malipo's, is too old, or was changed on its way. Answer 400 and do nothing. */
export class WebhookRefused extends Error {
  override readonly name = "WebhookRefused";
}

const SIGNED_HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;

const headerOf = (headers: WebhookHeaders, name: string): string => {
  if (headers instanceof Headers) return headers.get(name) ?? "";
  const value = Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
  return typeof value === "string" ? value : (value?.[0] ?? "");
};

const isEvent = (value: unknown): value is MalipoEvent => {
  const field = (of: unknown, name: string): unknown =>
    typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
  return (
    typeof field(value, "id") === "string" &&
    typeof field(value, "type") === "string" &&
    typeof field(value, "sequence") === "number" &&
    typeof field(field(value, "data"), "object") === "object"
  );
};

const opened = (text: string, headers: Record<string, string>, secret: string): unknown => {
  try {
    return new Webhook(secret).verify(text, headers);
  } catch (fault) {
    if (fault instanceof WebhookVerificationError) return new WebhookRefused(`${fault.message}.`);
    if (fault instanceof SyntaxError) return new WebhookRefused("The body is signed, and is no JSON.");
    const message = "The webhook secret is malformed: it begins with whsec_ and is shown when an endpoint is made.";
    throw new TypeError(message, { cause: fault });
  }
};

/**
 * The event in a webhook's request, once its signature holds for one of the secrets; hand over the old and the new one
 * while a secret is rotated.
 * @param body exactly the bytes that came, before anything parsed them
 * @throws WebhookRefused when none of the secrets signed it, or it is older than five minutes
 */
export const verifyWebhook = (
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
): MalipoEvent => {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const signed = Object.fromEntries(SIGNED_HEADERS.map((name) => [name, headerOf(headers, name)]));
  let refusal = new WebhookRefused("No secret was given to check the webhook with.");
  for (const each of typeof secret === "string" ? [secret] : secret) {
    const event = opened(text, signed, each);
    if (event instanceof WebhookRefused) refusal = event;
    else if (isEvent(event)) return event;
    else refusal = new WebhookRefused("The body is signed, and is no event of Malipo.");
  }
  throw refusal;
};
