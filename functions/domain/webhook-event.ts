/**
 * What storefronts are told by webhook: the events there are, and which move of which thing is one. What must stay true:
 * one write of the ledger is at most one event, and telling of it twice tells of the same one.
 */
import type { BatchState } from "./batch-states.ts";
import type { PaymentState } from "./payment-states.ts";
import type { PayoutState } from "./payout-states.ts";
import type { RefundState } from "./refund-states.ts";

/** What an endpoint can ask to be told of. */
export const EVENT_TYPES = [
  "payment.succeeded",
  "payment.failed",
  "payment.reversed",
  "payout.succeeded",
  "payout.failed",
  "payout.cancelled",
  "refund.succeeded",
  "refund.failed",
  "batch.awaiting_approval",
  "batch.rejected",
  "batch.waiting_for_float",
  "batch.running",
  "batch.paused",
  "batch.completed",
  "batch.cancelled",
  "exception.opened",
  "endpoint.disabled",
] as const;

/** What is only sent to who asks for it, by `POST /v1/webhook-endpoints/{id}/test`. */
export const TEST_EVENT = "endpoint.test";
export type EventType = (typeof EVENT_TYPES)[number] | typeof TEST_EVENT;

/** All events, those to come included. */
export const EVERY_EVENT = "*";
export const SUBSCRIPTIONS = [EVERY_EVENT, ...EVENT_TYPES] as const;
export type Subscription = (typeof SUBSCRIPTIONS)[number];

export interface WebhookEvent {
  readonly id: string;
  readonly type: EventType;
  readonly storefront: string;
  /** Id of what it is about. */
  readonly subject: string;
  /** When it happened, epoch milliseconds. */
  readonly at: number;
  /** Grows with everything that happens to one subject, so that late news is known as such. It may skip numbers. */
  readonly sequence: number;
  /** What it is about, as the API showed it then. */
  readonly object: object;
}

type Told<S extends string> = { readonly [State in S]?: EventType };

/** States that are told of when a thing comes into them; the others are on the way to one of these. */
const TOLD = {
  payment: {
    succeeded: "payment.succeeded",
    failed: "payment.failed",
    reversed: "payment.reversed",
  } satisfies Told<PaymentState>,
  payout: {
    succeeded: "payout.succeeded",
    failed: "payout.failed",
    cancelled: "payout.cancelled",
  } satisfies Told<PayoutState>,
  refund: { succeeded: "refund.succeeded", failed: "refund.failed" } satisfies Told<RefundState>,
  payout_batch: {
    awaiting_approval: "batch.awaiting_approval",
    rejected: "batch.rejected",
    waiting_for_float: "batch.waiting_for_float",
    running: "batch.running",
    paused: "batch.paused",
    completed: "batch.completed",
    cancelled: "batch.cancelled",
  } satisfies Told<BatchState>,
  exception: { open: "exception.opened" } satisfies Told<"open" | "resolved">,
} as const;

/** What moves. */
export type Moving = keyof typeof TOLD;

/** Where a thing stands, and whose it is. */
export interface Standing {
  readonly state: string;
  readonly storefront: string;
}

/**
 * The event that a move is; null for one that nobody is told of. A payment that is found to be another storefront's is
 * told to that one as if it had just come to be so.
 */
export const eventOfMove = (what: Moving, before: Standing | null, after: Standing): EventType | null => {
  if (before?.state === after.state && before.storefront === after.storefront) return null;
  const told: Readonly<Record<string, EventType>> = TOLD[what];
  return Object.hasOwn(told, after.state) ? (told[after.state] ?? null) : null;
};

/** The body that is sent, and signed, for every attempt alike. */
export const eventBody = ({ id, type, at, sequence, object }: WebhookEvent): string =>
  JSON.stringify({ id, type, created_at: new Date(at).toISOString(), sequence, data: { object } });
