import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { afterAttempt } from "../../../functions/domain/webhook-delivery.ts";
import { disabledFor } from "../../../functions/domain/webhook-endpoint.ts";
import type { WebhookEndpoint } from "../../../functions/domain/webhook-endpoint.ts";
import type { WebhookMessage } from "../../../functions/webhooks/messages.ts";
import { until } from "../../stories/storefront.ts";
import { answering, createReceivers, happening, startWebhookDesk } from "./webhook-desk.ts";
import type { WebhookDesk } from "./webhook-desk.ts";

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

  it("is not asked sooner than it was to be because a second message of a delivery had to wait", async () => {
    const { endpoint } = await desk.endpoint(storefront, { url: "https://slow.duka.co.ke/" });
    const taken = await desk.turns.take(endpoint.id, { holder: "a", until: desk.time.now + 60_000 });
    if (!taken.taken) throw new Error("nobody had a turn");
    await desk.turns.giveBack(endpoint.id, taken.turn, { succeeded: false, failed: true, hung: true });
    await desk.turns.take(endpoint.id, { holder: "b", until: desk.time.now + 60_000 });
    await desk.tell([happening(storefront)]);
    const { read } = desk.onlyDelivery();
    const real = { ...desk.store.deliveries };
    desk.store.deliveries.read = async (ids) => {
      const found = await real.read(ids);
      desk.store.deliveries.read = (others) => real.read(others);
      const failed = { at: desk.time.now, ms: 5, url: endpoint.url, status: 503, excerpt: null, error: null };
      await desk.changeOne(found[0]!, (current) =>
        afterAttempt(
          current,
          { ...failed, result: "refused", retryAfterMs: 3_600_000 },
          { intervalMs: 60_000, jitter: 0 },
        ),
      );
      return found;
    };
    await desk.deliver();
    expect(await read()).toMatchObject({ made: 1, dueAt: desk.time.now + 5 + 3_600_000 });
  });

  it("does not hold up another one's deliveries", async () => {
    desk = startWebhookDesk({ limitMs: 60_000 });
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

describe("a run that dies once it has kept an answer of 410", () => {
  let endpoint: WebhookEndpoint;
  let other: WebhookEndpoint;
  let message: WebhookMessage;
  beforeEach(async () => {
    ({ endpoint } = await desk.endpoint(storefront, { url: "https://gone.duka.co.ke/" }));
    ({ endpoint: other } = await desk.endpoint(storefront, {
      url: "https://other.duka.co.ke/",
      events: ["endpoint.disabled"],
    }));
    await desk.tell([happening(storefront)]);
    const { read } = desk.onlyDelivery();
    message = desk.queue.splice(0)[0]!;
    desk.time.now += 1_000;
    const gone = { at: desk.time.now, ms: 5, url: endpoint.url, status: 410, excerpt: null, error: null };
    await desk.changeOne(await read(), (current) =>
      afterAttempt(current, { ...gone, result: "gone", retryAfterMs: null }, { intervalMs: 60_000, jitter: 0 }),
    );
    desk.time.now += 360_000;
  });

  const stands = async (): Promise<WebhookEndpoint["disabled"]> =>
    (await desk.endpoints.read(storefront)).endpoints[0]!.disabled;
  const told = () => desk.queue.flatMap((one) => ("delivery" in one ? [one.delivery] : []));

  it("leaves the endpoint to be disabled when its message comes again", async () => {
    expect(await desk.run([message])).toEqual([{ verdict: "done" }]);
    expect(await stands()).toEqual({ because: "gone", at: desk.time.now });
    expect(told()).toHaveLength(1);
  });

  it("and has disabled it, leaves it to be told then, as one event however often", async () => {
    const at = desk.time.now - 359_000;
    await desk.change(storefront, () => ({ next: [disabledFor(endpoint, "gone", at), other], result: null }));
    await desk.run([message]);
    await desk.run([message]);
    expect(new Set(told()).size).toBe(1);
    const [delivery] = await desk.deliveries.read(told().slice(0, 1));
    expect(delivery).toMatchObject({ endpoint: other.id, event: { type: "endpoint.disabled", subject: endpoint.id } });
    expect(JSON.parse(delivery!.body)).toMatchObject({ sequence: at });
    expect(new Set(desk.counted)).toEqual(new Set(["WebhookEndpointDisabled"]));
  });

  it("takes nothing from an owner who has enabled it again meanwhile", async () => {
    const enabled = { ...endpoint, updatedAt: desk.time.now - 1_000 };
    await desk.change(storefront, () => ({ next: [enabled, other], result: null }));
    await desk.run([message]);
    expect(await stands()).toBeNull();
    expect(told()).toEqual([]);
  });
});
