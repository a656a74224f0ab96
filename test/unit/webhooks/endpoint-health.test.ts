import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../stories/storefront.ts";
import { answering, createReceivers, happening, startWebhookDesk } from "./webhook-desk.ts";
import type { WebhookDesk } from "./webhook-desk.ts";

let desk: WebhookDesk;
let storefront: string;
beforeEach(async () => {
  desk = await startWebhookDesk();
  storefront = randomUUID();
});
const receivers = createReceivers();
const receiverThat = receivers.start;
afterEach(async () => {
  desk.close();
  await receivers.close();
});

describe("an endpoint that lets callers wait", () => {
  it("is asked one at a time, and the others are put off without losing an attempt", async () => {
    let concurrent = 0;
    let most = 0;
    const receiver = await receiverThat((response) => {
      concurrent += 1;
      most = Math.max(most, concurrent);
      response.on("close", () => (concurrent -= 1));
    });
    await desk.endpoint(storefront, { url: receiver.url });
    await desk.tell([happening(storefront)]);
    await desk.deliver();
    expect(receiver.received).toHaveLength(1);
    most = 0;
    await desk.tell(Array.from({ length: 8 }, () => happening(storefront)));
    const ids = desk.queue.flatMap((message) => ("delivery" in message ? [message.delivery] : []));
    await desk.deliver();
    expect(most).toBe(1);
    const made = (await desk.deliveries.read(ids)).map((delivery) => delivery.made);
    expect(made.filter((count) => count === 1)).toHaveLength(1);
    expect(made.filter((count) => count === 0)).toHaveLength(7);
  });

  it("does not hold up another one's deliveries", async () => {
    desk.close();
    desk = await startWebhookDesk({ limitMs: 60_000 });
    const held: ServerResponse[] = [];
    const hanging = await receiverThat((response) => void held.push(response));
    const prompt = await receiverThat();
    await desk.endpoint(storefront, { url: hanging.url });
    await desk.endpoint(storefront, { url: prompt.url });
    await desk.tell(Array.from({ length: 5 }, () => happening(storefront)));
    const delivering = desk.deliver();
    await until(
      () => Promise.resolve(prompt.received.length),
      (received) => received === 5,
    );
    expect(held).toHaveLength(3);
    await hanging.close();
    await delivering;
  });

  it("is asked by several again once it answers", async () => {
    let isHanging = true;
    const receiver = await receiverThat((response) => {
      if (!isHanging) response.end("ok");
    });
    await desk.endpoint(storefront, { url: receiver.url });
    await desk.tell([happening(storefront)]);
    await desk.deliver();
    isHanging = false;
    await desk.tell(Array.from({ length: 6 }, () => happening(storefront)));
    await desk.deliver();
    expect(receiver.received).toHaveLength(7);
  });
});

describe("an endpoint that is called by as many as may", () => {
  it("lets the others' messages come again, the later the more often they came, and none of them loses an attempt", async () => {
    const receiver = await receiverThat();
    const { endpoint } = await desk.endpoint(storefront, { url: receiver.url });
    const turns = ["a", "b", "c"].map((holder) =>
      desk.turns.take(endpoint.id, { holder, until: desk.time.now + 60_000 }),
    );
    expect((await Promise.all(turns)).every(({ taken }) => taken)).toBe(true);
    await desk.tell([happening(storefront), happening(storefront)]);
    const [first, second] = desk.queue;
    const { read } = desk.onlyDelivery();
    expect(await desk.run([first!, second!], [1, 500])).toEqual([
      { verdict: "again", afterSeconds: 1 },
      { verdict: "again", afterSeconds: 30 },
    ]);
    expect(await read()).toMatchObject({ status: "pending", made: 0 });
    expect(receiver.received).toHaveLength(0);
  });
});

describe("an endpoint that answers 410", () => {
  it("is disabled at once, and its owner told", async () => {
    const receiver = await receiverThat(answering(410));
    await desk.endpoint(storefront, { url: receiver.url });
    await desk.tell([happening(storefront)]);
    const { read } = desk.onlyDelivery();
    await desk.deliver();
    expect(await read()).toMatchObject({ status: "failed", failedBecause: "endpoint_gone", made: 1 });
    expect((await desk.endpoints.read(storefront)).endpoints[0]?.disabled?.because).toBe("gone");
    expect(desk.counted).toEqual(["WebhookEndpointDisabled"]);
  });

  it("stays enabled when its owner has changed its address meanwhile", async () => {
    const receiver = await receiverThat(answering(410));
    const { endpoint } = await desk.endpoint(storefront, { url: receiver.url });
    await desk.tell([happening(storefront)]);
    await desk.change(storefront, () => ({ next: [{ ...endpoint, url: "https://duka.co.ke/" }], result: null }));
    await desk.deliver();
    expect((await desk.endpoints.read(storefront)).endpoints[0]?.disabled).toBeNull();
  });
});
