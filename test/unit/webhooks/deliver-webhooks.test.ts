import { randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { rotated } from "../../../functions/domain/webhook-endpoint.ts";
import { MOST_ATTEMPTS } from "../../../functions/domain/webhook-schedule.ts";
import { withEndpoint } from "../../../functions/webhooks/change-endpoints.ts";
import type { Received } from "../../stories/receiver.ts";
import { answering, createReceivers, happening, startWebhookDesk } from "./webhook-desk.ts";
import type { WebhookDesk } from "./webhook-desk.ts";

const DAY_MS = 86_400_000;

let desk: WebhookDesk;
let storefront: string;
beforeEach(() => {
  desk = startWebhookDesk();
  storefront = randomUUID();
});

const receivers = createReceivers();
const receiverThat = receivers.start;
afterEach(async () => {
  await receivers.close();
});

const onlyDelivery = () => desk.onlyDelivery();

const headersOf = ({ headers }: Received): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

describe("a delivery", () => {
  it("that fails eleven times is sent a twelfth time, five days later, with the same id and body", async () => {
    const receiver = await receiverThat((response, before) => {
      response.statusCode = before < 11 ? 500 : 204;
      response.end();
    });
    await desk.endpoint(storefront, { url: receiver.url });
    const begun = desk.time.now;
    await desk.tell([happening(storefront)]);
    const { read } = onlyDelivery();
    await desk.deliver();
    for (let attempts = 1; attempts < MOST_ATTEMPTS; attempts += 1) {
      const { dueAt, made } = await read();
      expect(made).toBe(attempts);
      await desk.goTo(dueAt!);
    }
    expect(await read()).toMatchObject({ status: "delivered", made: 12, dueAt: null });
    expect(receiver.received).toHaveLength(12);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect((desk.time.now - begun) / DAY_MS).toBeGreaterThan(5);
    expect((desk.time.now - begun) / DAY_MS).toBeLessThan(5.1);
    const told = desk.measured.map(({ values }) => values);
    expect(told.flatMap(({ WebhookTime }) => WebhookTime ?? [])).toEqual([desk.time.now - begun]);
    expect(told.reduce((sum, { WebhooksPutBack }) => sum + Number(WebhooksPutBack ?? 0), 0)).toBe(11);
  });

  it("whose twelve attempts all failed ends, and its endpoint is disabled and its owner told", async () => {
    const failing = await receiverThat(answering(500));
    const other = await receiverThat();
    const { endpoint } = await desk.endpoint(storefront, { url: failing.url, events: ["payment.succeeded"] });
    await desk.endpoint(storefront, { url: other.url, events: ["endpoint.disabled"] });
    await desk.tell([happening(storefront)]);
    const { read } = onlyDelivery();
    await desk.deliver();
    for (let attempts = 1; attempts < MOST_ATTEMPTS; attempts += 1) await desk.goTo((await read()).dueAt!);
    await desk.deliver();
    expect(await read()).toMatchObject({ status: "failed", failedBecause: "attempts_exhausted", dueAt: null });
    const shelf = await desk.endpoints.read(storefront);
    expect(shelf.endpoints[0]?.disabled?.because).toBe("failing");
    expect(desk.counted).toEqual(["WebhookEndpointDisabled"]);
    expect(desk.logged.map(({ code }) => code)).toContain("webhook.endpoint_disabled");
    expect(other.received.map(({ event }) => [event.type, event.data.object["id"]])).toEqual([
      ["endpoint.disabled", endpoint.id],
    ]);
  });

  it("to an endpoint that something got through to meanwhile disables nothing", async () => {
    const receiver = await receiverThat((response, before) => {
      response.statusCode = before === 5 ? 200 : 500;
      response.end();
    });
    await desk.endpoint(storefront, { url: receiver.url });
    await desk.tell([happening(storefront)]);
    const { read } = onlyDelivery();
    await desk.deliver();
    for (let attempts = 1; attempts < 5; attempts += 1) await desk.goTo((await read()).dueAt!);
    await desk.tell([happening(storefront)]);
    await desk.deliver();
    while ((await read()).dueAt !== null) await desk.goTo((await read()).dueAt!);
    expect((await read()).failedBecause).toBe("attempts_exhausted");
    expect((await desk.endpoints.read(storefront)).endpoints[0]?.disabled).toBeNull();
  });

  it("waits as long as its receiver asks, and a day at most", async () => {
    let retryAfter = "7200";
    const receiver = await receiverThat((response) => answering(503, { "retry-after": retryAfter })(response));
    await desk.endpoint(storefront, { url: receiver.url });
    await desk.tell([happening(storefront)]);
    const { read } = onlyDelivery();
    await desk.deliver();
    expect((await read()).dueAt).toBe(desk.time.now + 7_200_000);
    retryAfter = "9999999";
    await desk.goTo((await read()).dueAt!);
    expect((await read()).dueAt).toBe(desk.time.now + DAY_MS);
  });

  it("is sent once, however often its message comes", async () => {
    const receiver = await receiverThat();
    await desk.endpoint(storefront, { url: receiver.url });
    const event = happening(storefront);
    await desk.tell([event]);
    await desk.tell([event]);
    expect(desk.queue).toHaveLength(2);
    const messages = [...desk.queue];
    await desk.deliver();
    await desk.run(messages);
    expect(receiver.received).toHaveLength(1);
  });

  it("is not sent early by a message from before its last attempt", async () => {
    const receiver = await receiverThat(answering(500));
    await desk.endpoint(storefront, { url: receiver.url });
    await desk.tell([happening(storefront)]);
    const messages = [...desk.queue];
    await desk.deliver();
    await desk.run(messages);
    expect(receiver.received).toHaveLength(1);
  });

  it("whose message was lost is found by the clock", async () => {
    const receiver = await receiverThat();
    await desk.endpoint(storefront, { url: receiver.url });
    await desk.tell([happening(storefront)]);
    desk.queue.length = 0;
    await desk.goTo(desk.time.now + 60_000);
    expect(receiver.received).toHaveLength(0);
    await desk.goTo(desk.time.now + 6 * 60_000);
    expect(receiver.received).toHaveLength(1);
  });

  it("to an endpoint that was deleted or disabled ends without being sent", async () => {
    const receiver = await receiverThat();
    const { endpoint } = await desk.endpoint(storefront, { url: receiver.url });
    await desk.tell([happening(storefront)]);
    const { read } = onlyDelivery();
    desk.time.now += 2_000;
    await desk.change(storefront, () => ({
      next: [{ ...endpoint, disabled: { because: "owner", at: desk.time.now } }],
      result: null,
    }));
    await desk.deliver();
    expect(await read()).toMatchObject({ status: "failed", failedBecause: "endpoint_disabled" });
    await desk.change(storefront, () => ({ next: [endpoint], result: null }));
    desk.time.now += 2_000;
    await desk.tell([happening(storefront)]);
    const other = onlyDelivery();
    desk.time.now += 2_000;
    await desk.change(storefront, () => ({ next: [], result: null }));
    await desk.deliver();
    expect(await other.read()).toMatchObject({ status: "failed", failedBecause: "endpoint_deleted" });
    expect(receiver.received).toHaveLength(0);
  });

  it("that its owner asks for right after enabling the endpoint is sent", async () => {
    const receiver = await receiverThat();
    const { endpoint } = await desk.endpoint(storefront, { url: receiver.url });
    await desk.tell([happening(storefront)]);
    const disabled = { ...endpoint, disabled: { because: "owner", at: desk.time.now } } as const;
    await desk.change(storefront, () => ({ next: [disabled], result: null }));
    desk.time.now += 2_000;
    await desk.tell([happening(storefront)]);
    await desk.change(storefront, () => ({ next: [endpoint], result: null }));
    await desk.deliver();
    expect(receiver.received).toHaveLength(1);
  });

  it("is signed with both secrets for a day after a rotation, and with the new one alone after that", async () => {
    const receiver = await receiverThat();
    const { endpoint, v1 } = await desk.endpoint(storefront, { url: receiver.url });
    const madeAt = desk.time.now + 1;
    const sealed = await desk.keyVault.seal(endpoint.id, new Uint8Array(64).fill(7), madeAt);
    const next = rotated(endpoint, { sealed, madeAt });
    await desk.change(storefront, (endpoints) => ({ next: withEndpoint(endpoints, next), result: null }));
    const fresh = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const sendOne = async (): Promise<Received> => {
      await desk.tell([happening(storefront)]);
      await desk.deliver();
      return receiver.received.at(-1)!;
    };
    const accepts = (secret: string, told: Received): boolean => {
      vi.useFakeTimers({ toFake: ["Date"], now: desk.time.now });
      try {
        new Webhook(secret).verify(told.body, headersOf(told));
        return true;
      } catch {
        return false;
      } finally {
        vi.useRealTimers();
      }
    };
    desk.time.now += 5_000;
    const during = await sendOne();
    expect([accepts(v1, during), accepts(fresh, during)]).toEqual([true, true]);
    desk.time.now += DAY_MS;
    const after = await sendOne();
    expect([accepts(v1, after), accepts(fresh, after)]).toEqual([false, true]);
  });
});
