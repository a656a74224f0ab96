import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { happening, startWebhookDesk } from "./webhook-desk.ts";
import type { WebhookDesk } from "./webhook-desk.ts";

let desk: WebhookDesk;
let storefront: string;
beforeEach(() => {
  desk = startWebhookDesk();
  storefront = randomUUID();
});

const URL = "https://duka.co.ke/hooks";
const callsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
  desk.calls.length = 0;
  await work();
  return [...desk.calls];
};

describe("what an event costs", () => {
  it("is one read where nobody listens, once a second at most, and no write", async () => {
    expect(await callsOf(() => desk.tell([happening(storefront)]))).toEqual(["GetItem"]);
    expect(await callsOf(() => desk.tell([happening(storefront)]))).toEqual([]);
    expect(await callsOf(() => desk.tell(Array.from({ length: 50 }, () => happening(storefront))))).toEqual([]);
    expect(desk.queue).toEqual([]);
  });

  it("is nothing at all for what is no event", async () => {
    expect(await callsOf(() => desk.tell([]))).toEqual([]);
  });

  it("is one write and one message with one endpoint", async () => {
    await desk.endpoint(storefront, { url: URL });
    await desk.tell([]);
    expect(await callsOf(() => desk.tell([happening(storefront)]))).toEqual(["GetItem", "PutItem"]);
    expect(desk.queue).toHaveLength(1);
    expect(await callsOf(() => desk.tell([happening(storefront)]))).toEqual(["PutItem"]);
  });

  it("is one read and three writes to deliver", async () => {
    await desk.endpoint(storefront, { url: "http://127.0.0.1:9/" });
    await desk.tell([happening(storefront)]);
    expect(await callsOf(() => desk.deliver())).toEqual(["BatchGetItem", "UpdateItem", "PutItem", "UpdateItem"]);
  });
});

describe("an event", () => {
  it("goes to the storefront's own endpoints that ask for it, and to no others", async () => {
    const all = await desk.endpoint(storefront, { url: URL });
    const some = await desk.endpoint(storefront, { url: URL, events: ["payment.failed", "payment.succeeded"] });
    await desk.endpoint(storefront, { url: URL, events: ["payment.failed"] });
    await desk.endpoint(storefront, { url: URL, disabled: { because: "owner", at: 0 } });
    await desk.endpoint(randomUUID(), { url: URL });
    await desk.tell([happening(storefront)]);
    const ids = desk.queue.flatMap((message) => ("delivery" in message ? [message.delivery] : []));
    const endpoints = (await desk.deliveries.read(ids)).map(({ endpoint }) => endpoint);
    expect(endpoints.toSorted()).toEqual([all.endpoint.id, some.endpoint.id].toSorted());
  });

  it("reaches an endpoint that was made a second before it, whoever asked in the meantime", async () => {
    await desk.tell([happening(storefront)]);
    await desk.endpoint(storefront, { url: URL });
    desk.time.now += 1_000;
    await desk.tell([happening(storefront)]);
    expect(desk.queue).toHaveLength(1);
  });

  it("is told again as the same delivery", async () => {
    await desk.endpoint(storefront, { url: URL });
    const event = happening(storefront);
    await desk.tell([event]);
    await desk.tell([{ ...event, object: { other: true } }]);
    expect(new Set(desk.queue.map((message) => JSON.stringify(message))).size).toBe(1);
    const [message] = desk.queue;
    const [delivery] = await desk.deliveries.read(message && "delivery" in message ? [message.delivery] : []);
    expect(delivery?.body).not.toContain("other");
  });

  it("throws when its message could not be sent, so that the stream hands it out again", async () => {
    await desk.endpoint(storefront, { url: URL });
    const send = desk.sending.webhookQueue.send;
    desk.sending.webhookQueue.send = () => Promise.reject(new Error("no queue"));
    await expect(desk.tell([happening(storefront)])).rejects.toThrow("no queue");
    desk.sending.webhookQueue.send = send;
  });
});
