/** Webhooks: what is believed, what is refused, and that neither says what was in it. */
import { Webhook } from "standardwebhooks";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { EventType } from "../../../functions/domain/webhook-event.ts";
import { WebhookRefused, verifyWebhook } from "../../../web/client/src/malipo.ts";
import type { MalipoEvent, WebhookHeaders } from "../../../web/client/src/malipo.ts";

const SECRET = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const OTHER = `whsec_${Buffer.alloc(32, 2).toString("base64")}`;
const EVENT = {
  id: "evt_1",
  type: "payment.succeeded",
  created_at: "2026-11-22T06:00:00.000Z",
  sequence: 3,
  data: { object: { id: "pay_1", object: "payment", status: "succeeded", amount: 100 } },
};
const BODY = JSON.stringify(EVENT);

const signed = (body = BODY, secret = SECRET, at = new Date()): Record<string, string> => ({
  "webhook-id": "evt_1",
  "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
  "webhook-signature": `v1a,AAAA ${new Webhook(secret).sign("evt_1", at, body)}`,
});

const refusal = (body: string, headers: WebhookHeaders, secret: string | string[] = SECRET): string => {
  try {
    verifyWebhook(body, headers, secret);
  } catch (fault) {
    if (fault instanceof WebhookRefused) return fault.message;
    throw fault;
  }
  return "nothing was refused";
};

describe("what its secret signed", () => {
  test("is the event, typed by its type", () => {
    const event = verifyWebhook(BODY, signed(), SECRET);
    expect(event).toEqual(EVENT);
    expect(event.type === "payment.succeeded" ? event.data.object.amount : null).toBe(100);
  });

  test("may come as bytes, and with headers of every kind", () => {
    const headers = signed();
    expect(verifyWebhook(new TextEncoder().encode(BODY), new Headers(headers), SECRET).id).toBe("evt_1");
    const inCapitals = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toUpperCase(), [text]]));
    expect(verifyWebhook(Buffer.from(BODY), inCapitals, SECRET).id).toBe("evt_1");
  });

  test("may be signed by either secret while one is rotated", () => {
    expect(verifyWebhook(BODY, signed(BODY, OTHER), [SECRET, OTHER]).id).toBe("evt_1");
    expect(verifyWebhook(BODY, signed(BODY, SECRET), [SECRET, OTHER]).id).toBe("evt_1");
  });

  test("is believed when its type is newer than this client", () => {
    const body = JSON.stringify({ ...EVENT, type: "payment.disputed" });
    expect(verifyWebhook(body, signed(body), SECRET).type).toBe("payment.disputed");
  });
});

describe("refused is", () => {
  test("another body under a good signature", () => {
    expect(refusal(BODY.replace("100", "999"), signed())).toBe("No matching signature found.");
  });

  test("another's secret, and none at all", () => {
    expect(refusal(BODY, signed(BODY, OTHER))).toBe("No matching signature found.");
    expect(refusal(BODY, signed(), [])).toBe("No secret was given to check the webhook with.");
  });

  test("a request that is not signed at all", () => {
    expect(refusal(BODY, {})).toBe("Missing required headers.");
  });

  test("one that was kept for more than five minutes, or comes from the future", () => {
    expect(refusal(BODY, signed(BODY, SECRET, new Date(Date.now() - 301_000)))).toBe("Message timestamp too old.");
    expect(refusal(BODY, signed(BODY, SECRET, new Date(Date.now() + 302_000)))).toBe("Message timestamp too new.");
  });

  test.each(["{}", "null", "[]", "not json", '{"id":"evt_1","type":"x","sequence":1,"data":null}'])(
    "%s, although it is signed",
    (body) => {
      expect(refusal(body, signed(body))).toMatch(/^The body is signed, and is no /);
    },
  );

  test("a secret that is none, without repeating it", () => {
    expect(() => verifyWebhook(BODY, signed(), "whsec_***")).toThrow(/^The webhook secret is malformed/);
  });
});

test("the events that have a type here are those that the API sends", () => {
  expectTypeOf<MalipoEvent["type"]>().toEqualTypeOf<EventType>();
});
