/**
 * An address of a storefront's own that is told of what happens. What must stay true: secrets are held sealed, never in
 * clear; after a rotation the secret before it signs for a day more; an endpoint is disabled by its own word (410), by
 * five days of failure, or by its owner, and enabled by its owner alone.
 */
import { EVERY_EVENT, TEST_EVENT } from "./webhook-event.ts";
import type { EventType, Subscription } from "./webhook-event.ts";

/** The most endpoints that one storefront may have: every event is weighed against each. */
export const MOST_ENDPOINTS = 16;

/** The longest address of an endpoint, in characters. */
export const LONGEST_ENDPOINT_URL = 2_048;

/** How long the secret before still signs after a rotation. */
const ROTATION_OVERLAP_MS = 24 * 3_600_000;

/** Why an endpoint is told of nothing. `gone`: it answered 410. `failing`: nothing got through for five days. */
export const DISABLED_BECAUSE = ["gone", "failing", "owner"] as const;
export type DisabledBecause = (typeof DISABLED_BECAUSE)[number];

/** Both keys of one generation, sealed together. */
export interface EndpointSecrets {
  readonly sealed: Uint8Array;
  /** When it was made, epoch milliseconds. */
  readonly madeAt: number;
}

export interface WebhookEndpoint {
  readonly id: string;
  readonly storefront: string;
  readonly url: string;
  readonly events: readonly Subscription[];
  readonly description: string | null;
  readonly disabled: { readonly because: DisabledBecause; readonly at: number } | null;
  readonly secrets: EndpointSecrets;
  /** Those before, and until when they sign too. */
  readonly previous: (EndpointSecrets & { readonly until: number }) | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Whether `endpoint` wants to be told of events of this type now. */
export const listens = ({ disabled, events }: WebhookEndpoint, type: EventType): boolean =>
  disabled === null && type !== TEST_EVENT && events.some((wanted) => wanted === EVERY_EVENT || wanted === type);

/** The generations that sign at `now`, the newest first. */
export const signingSecrets = ({ secrets, previous }: WebhookEndpoint, now: number): readonly EndpointSecrets[] =>
  previous !== null && now < previous.until ? [secrets, previous] : [secrets];

/** `endpoint` with new secrets; those in force until now sign for a day more. */
export const rotated = (endpoint: WebhookEndpoint, secrets: EndpointSecrets): WebhookEndpoint => ({
  ...endpoint,
  secrets,
  previous: { ...endpoint.secrets, until: secrets.madeAt + ROTATION_OVERLAP_MS },
  updatedAt: secrets.madeAt,
});

/** `endpoint`, told of nothing any more. One that is disabled already keeps the reason it has. */
export const disabledFor = (endpoint: WebhookEndpoint, because: DisabledBecause, at: number): WebhookEndpoint =>
  endpoint.disabled === null ? { ...endpoint, disabled: { because, at }, updatedAt: at } : endpoint;
