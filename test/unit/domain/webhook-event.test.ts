import { describe, expect, it } from "vitest";
import { deliveryId, eventId, isDeliveryId, isWebhookEndpointId, randomId } from "../../../functions/domain/ids.ts";
import { EVENT_TYPES, eventBody, eventOfMove } from "../../../functions/domain/webhook-event.ts";
import type { Moving } from "../../../functions/domain/webhook-event.ts";

const SHOP = "demo";
const stands = (state: string, storefront = SHOP) => ({ state, storefront });

describe("the event of a move", () => {
  it.each<{ what: Moving; from: string | null; to: string; type: string | null }>([
    { what: "payment", from: null, to: "initiated", type: null },
    { what: "payment", from: "initiated", to: "pending", type: null },
    { what: "payment", from: "pending", to: "succeeded", type: "payment.succeeded" },
    { what: "payment", from: null, to: "succeeded", type: "payment.succeeded" },
    { what: "payment", from: "pending", to: "failed", type: "payment.failed" },
    { what: "payment", from: "failed", to: "succeeded", type: "payment.succeeded" },
    { what: "payment", from: "succeeded", to: "succeeded", type: null },
    { what: "payment", from: "succeeded", to: "reversed", type: "payment.reversed" },
    { what: "payment", from: "succeeded", to: "merged", type: null },
    { what: "payout", from: "queued", to: "cancelled", type: "payout.cancelled" },
    { what: "payout", from: "accepted", to: "succeeded", type: "payout.succeeded" },
    { what: "payout", from: "accepted", to: "uncertain", type: null },
    { what: "refund", from: "accepted", to: "failed", type: "refund.failed" },
    { what: "payout_batch", from: "awaiting_upload", to: "rejected", type: "batch.rejected" },
    { what: "payout_batch", from: "awaiting_approval", to: "starting", type: null },
    { what: "payout_batch", from: "starting", to: "waiting_for_float", type: "batch.waiting_for_float" },
    { what: "exception", from: null, to: "open", type: "exception.opened" },
    { what: "exception", from: "resolved", to: "open", type: "exception.opened" },
    { what: "exception", from: "open", to: "open", type: null },
    { what: "exception", from: "open", to: "resolved", type: null },
    { what: "payment", from: "pending", to: "toString", type: null },
  ])("of a $what from $from to $to is $type", ({ what, from, to, type }) => {
    expect(eventOfMove(what, from === null ? null : stands(from), stands(to))).toBe(type);
  });

  it("is told to the storefront that a payment turns out to be for", () => {
    expect(eventOfMove("payment", stands("succeeded", "owner"), stands("succeeded", SHOP))).toBe("payment.succeeded");
  });
});

describe("an event", () => {
  it("has the same id whoever tells of it, and another one for each thing that happens", () => {
    const names = [eventId("pay_a", 3), eventId("pay_a", 4), eventId("pay_b", 3), eventId("pay_a3", 0)];
    expect(eventId("pay_a", 3)).toBe(names[0]);
    expect(new Set(names).size).toBe(4);
    expect(names[0]).toMatch(/^evt_[0-9a-z]{26}$/);
  });

  it("has one delivery to each endpoint", () => {
    const id = deliveryId("evt_a", "whe_a");
    expect(isDeliveryId(id)).toBe(true);
    expect(id).toBe(deliveryId("evt_a", "whe_a"));
    expect(id).not.toBe(deliveryId("evt_a", "whe_b"));
    expect(isWebhookEndpointId(randomId("whe", new Uint8Array(16)))).toBe(true);
  });

  it("is sent as id, type, time, sequence and the thing as the API shows it", () => {
    const body = eventBody({
      id: "evt_1",
      type: "payment.succeeded",
      storefront: SHOP,
      subject: "pay_1",
      at: Date.UTC(2026, 10, 21, 9),
      sequence: 3,
      object: { id: "pay_1" },
    });
    expect(JSON.parse(body)).toEqual({
      id: "evt_1",
      type: "payment.succeeded",
      created_at: "2026-11-21T09:00:00.000Z",
      sequence: 3,
      data: { object: { id: "pay_1" } },
    });
    expect(body).not.toContain(SHOP);
  });

  it("is of a type that is named once", () => {
    expect(new Set(EVENT_TYPES).size).toBe(EVENT_TYPES.length);
  });
});
