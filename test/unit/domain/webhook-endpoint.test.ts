import { describe, expect, it } from "vitest";
import { disabledFor, listens, rotated, signingSecrets } from "../../../functions/domain/webhook-endpoint.ts";
import type { WebhookEndpoint } from "../../../functions/domain/webhook-endpoint.ts";

const NOW = Date.UTC(2026, 10, 21, 9);
const DAY_MS = 86_400_000;
const secrets = (madeAt: number) => ({ sealed: new Uint8Array([madeAt % 251]), madeAt });

const endpoint: WebhookEndpoint = {
  id: "whe_1",
  storefront: "demo",
  url: "https://duka.co.ke/",
  events: ["payment.succeeded", "payout.failed"],
  description: null,
  disabled: null,
  secrets: secrets(1),
  previous: null,
  createdAt: 1,
  updatedAt: 1,
};

describe("an endpoint is told", () => {
  it("of the events that it asked for, or of all", () => {
    expect(listens(endpoint, "payment.succeeded")).toBe(true);
    expect(listens(endpoint, "payout.failed")).toBe(true);
    expect(listens(endpoint, "payment.failed")).toBe(false);
    expect(listens({ ...endpoint, events: ["*"] }, "payment.failed")).toBe(true);
    expect(listens({ ...endpoint, events: [] }, "payment.succeeded")).toBe(false);
  });

  it("of a test event only when somebody asks for one, and of nothing once it is disabled", () => {
    expect(listens({ ...endpoint, events: ["*"] }, "endpoint.test")).toBe(false);
    expect(listens(disabledFor(endpoint, "gone", NOW), "payment.succeeded")).toBe(false);
  });
});

describe("a rotation of its secrets", () => {
  const next = rotated(endpoint, secrets(NOW));

  it("keeps those before for a day", () => {
    const previous = { ...endpoint.secrets, until: NOW + DAY_MS };
    expect(next).toEqual({ ...endpoint, secrets: secrets(NOW), previous, updatedAt: NOW });
  });

  it("has both sign until the day is over, the newest first", () => {
    expect(signingSecrets(next, NOW + DAY_MS - 1)).toEqual([next.secrets, next.previous]);
    expect(signingSecrets(next, NOW + DAY_MS)).toEqual([next.secrets]);
    expect(signingSecrets(endpoint, NOW)).toEqual([endpoint.secrets]);
  });
});

it("an endpoint that is disabled keeps the first reason that it was disabled for", () => {
  const disabled = disabledFor(endpoint, "gone", NOW);
  expect(disabled).toEqual({ ...endpoint, disabled: { because: "gone", at: NOW }, updatedAt: NOW });
  expect(disabledFor(disabled, "owner", NOW + 1)).toBe(disabled);
});
