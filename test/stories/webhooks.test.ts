/** What a storefront is told by webhook, as a receiver on the engineer's own machine sees it. */
import { createPublicKey, verify } from "node:crypto";
import type { ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, it } from "vitest";
import { startReceiver } from "./receiver.ts";
import type { Received, Receiver } from "./receiver.ts";
import { call, payer, reference, until } from "./storefront.ts";
import type { PaymentBody } from "./storefront.ts";

/** The shop next door: hardly anybody else's story is its own, so its endpoints hear of little else. */
const KEY = "sk_test_neighbour";

interface EndpointBody {
  readonly id: string;
  readonly status: string;
  readonly disabled_because: string | null;
  readonly secrets: { readonly v1: string; readonly v1a_public_key: string };
}
interface DeliveryBody {
  readonly id: string;
  readonly status: string;
  readonly failed_because: string | null;
  readonly event: { readonly id: string };
  readonly attempts: readonly { readonly result: string; readonly status: number | null; readonly at: string }[];
  readonly request: { readonly body: string; readonly headers: Readonly<Record<string, string>> };
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const listen = async (answer?: (response: ServerResponse, before: number) => void): Promise<Receiver> => {
  const receiver = await startReceiver(answer);
  closing.push(receiver.close);
  return receiver;
};

/** An endpoint that hears of one kind of event, which no other story makes happen there. */
const register = async (url: string, events: readonly string[] = ["batch.cancelled"]): Promise<EndpointBody> => {
  const { status, body } = await call<EndpointBody>("POST", "/v1/webhook-endpoints", {
    key: KEY,
    body: { url, events },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  closing.push(() => call("DELETE", `/v1/webhook-endpoints/${body.id}`, { key: KEY }));
  return body;
};

const test = async (endpoint: EndpointBody): Promise<DeliveryBody> => {
  const { status, body } = await call<DeliveryBody>("POST", `/v1/webhook-endpoints/${endpoint.id}/test`, { key: KEY });
  expect(status).toBe(202);
  return body;
};

const deliveries = async (endpoint: EndpointBody): Promise<readonly DeliveryBody[]> =>
  (await call<{ data: DeliveryBody[] }>("GET", `/v1/webhook-endpoints/${endpoint.id}/deliveries`, { key: KEY })).body
    .data;

const readEndpoint = async ({ id }: EndpointBody): Promise<EndpointBody> =>
  (await call<EndpointBody>("GET", `/v1/webhook-endpoints/${id}`, { key: KEY })).body;

/** What the receiver has got, once that is `count` requests. */
const got = (receiver: Receiver, count = 1): Promise<readonly Received[]> =>
  until(
    () => Promise.resolve(receiver.received),
    (received) => received.length >= count,
  );

const headersOf = ({ headers }: Received): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

const isSignedBy = (publicKey: string, { headers, body }: Received): boolean => {
  const x = Buffer.from(publicKey.replace("whpk_", ""), "base64").toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const content = Buffer.from(`${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`);
  const signatures = String(headers["webhook-signature"])
    .split(" ")
    .filter((signature) => signature.startsWith("v1a,"));
  return signatures.some((signature) => verify(null, content, key, Buffer.from(signature.slice(4), "base64")));
};

describe("a webhook endpoint", () => {
  it("is told that a payment succeeded, under both signatures, with the payment as the API shows it", async () => {
    const receiver = await listen();
    const endpoint = await register(receiver.url, ["payment.succeeded"]);
    const { body: payment } = await until(
      () =>
        call<PaymentBody>("POST", "/v1/payments", {
          key: KEY,
          headers: { "idempotency-key": reference() },
          body: { amount: 75, phone: payer("00"), reference: reference() },
        }),
      ({ status }) => status === 201,
    );
    const told = await until(
      () => Promise.resolve(receiver.received.find(({ event }) => event.data.object["id"] === payment.id)),
      (found) => found !== undefined,
    );
    expect(new Webhook(endpoint.secrets.v1).verify(told!.body, headersOf(told!))).toEqual(told!.event);
    expect(isSignedBy(endpoint.secrets.v1a_public_key, told!)).toBe(true);
    expect(told!.event).toMatchObject({ id: told!.headers["webhook-id"], type: "payment.succeeded" });
    const { body: shown } = await call<Record<string, unknown>>("GET", `/v1/payments/${payment.id}`, { key: KEY });
    expect(told!.event.data.object).toMatchObject({ ...shown, updated_at: expect.any(String) as string });
  });

  it("can tell a forged event from ours by the library", async () => {
    const receiver = await listen();
    const endpoint = await register(receiver.url);
    await test(endpoint);
    const [told] = await got(receiver);
    const library = new Webhook(endpoint.secrets.v1);
    expect(() => library.verify(told!.body, headersOf(told!))).not.toThrow();
    expect(() => library.verify(told!.body.replace("works", "leaks"), headersOf(told!))).toThrow();
    expect(isSignedBy(endpoint.secrets.v1a_public_key, { ...told!, body: `${told!.body} ` })).toBe(false);
  });

  it("gets what it failed to take again, and again under the same id when its owner asks", async () => {
    const receiver = await listen((response, before) => {
      response.statusCode = before === 0 ? 503 : 200;
      response.end("see 0712345678");
    });
    const endpoint = await register(receiver.url);
    const { id } = await test(endpoint);
    await got(receiver, 2);
    const [delivered] = await until(
      () => deliveries(endpoint),
      ([first]) => first?.status === "delivered",
    );
    expect(delivered?.attempts).toMatchObject([
      { result: "refused", status: 503 },
      { result: "delivered", status: 200 },
    ]);
    expect(JSON.stringify(delivered)).not.toContain("0712345678");
    const again = await call<DeliveryBody>("POST", `/v1/webhook-deliveries/${id}/redeliver`, { key: KEY });
    expect(again.status).toBe(202);
    const [first, , third] = await got(receiver, 3);
    expect(third!.headers["webhook-id"]).toBe(first!.headers["webhook-id"]);
    expect(third!.body).toBe(first!.body);
  });

  it("that hangs does not delay another", async () => {
    let hangsSince = 0;
    let hungUp = false;
    const hanging = await listen((response) => {
      hangsSince = Date.now();
      response.on("close", () => (hungUp = true));
    });
    const prompt = await listen();
    const stuck = await register(hanging.url);
    const quick = await register(prompt.url);
    await test(stuck);
    await until(
      () => Promise.resolve(hangsSince),
      (since) => since > 0,
    );
    await test(quick);
    await got(prompt);
    expect(hungUp).toBe(false);
  });

  it("that answers 410 is disabled at once and told nothing more", async () => {
    const receiver = await listen((response) => {
      response.statusCode = 410;
      response.end();
    });
    const endpoint = await register(receiver.url);
    await test(endpoint);
    const disabled = await until(
      () => readEndpoint(endpoint),
      ({ status }) => status === "disabled",
    );
    expect(disabled.disabled_because).toBe("gone");
    expect(await deliveries(endpoint)).toMatchObject([{ status: "failed", failed_because: "endpoint_gone" }]);
    const refused = await call<{ code: string }>("POST", `/v1/webhook-endpoints/${endpoint.id}/test`, { key: KEY });
    expect(refused).toMatchObject({ status: 409, body: { code: "webhook_endpoint_disabled" } });
  });

  it("is signed for with the old secret too for a while after a rotation", async () => {
    const receiver = await listen();
    const before = await register(receiver.url);
    const { body: after } = await call<EndpointBody>("POST", `/v1/webhook-endpoints/${before.id}/rotate-secret`, {
      key: KEY,
    });
    expect(after.secrets).not.toEqual(before.secrets);
    const told = await until(
      async () => {
        await test(before);
        return receiver.received.find(({ headers }) => String(headers["webhook-signature"]).split(" ").length === 4);
      },
      (found) => found !== undefined,
    );
    for (const { secrets } of [before, after]) {
      expect(new Webhook(secrets.v1).verify(told!.body, headersOf(told!))).toEqual(told!.event);
      expect(isSignedBy(secrets.v1a_public_key, told!)).toBe(true);
    }
  });

  it("is nobody's but its storefront's", async () => {
    const receiver = await listen();
    const endpoint = await register(receiver.url);
    const { id } = await test(endpoint);
    for (const [method, path] of [
      ["GET", `/v1/webhook-endpoints/${endpoint.id}`],
      ["POST", `/v1/webhook-endpoints/${endpoint.id}/test`],
      ["GET", `/v1/webhook-endpoints/${endpoint.id}/deliveries`],
      ["POST", `/v1/webhook-deliveries/${id}/redeliver`],
      ["DELETE", `/v1/webhook-endpoints/${endpoint.id}`],
    ] as const)
      expect((await call(method, path)).status, `${method} ${path}`).toBe(404);
    expect((await readEndpoint(endpoint)).status).toBe("enabled");
  });

  it.each([
    "https://10.0.0.8/hooks",
    "https://169.254.169.254/latest",
    "https://[::ffff:10.0.0.1]/",
    "http://duka.co.ke/",
  ])("is never made for %s", async (url) => {
    const { status, body } = await call<{ errors: { pointer: string }[] }>("POST", "/v1/webhook-endpoints", {
      key: KEY,
      body: { url, events: ["*"] },
    });
    expect({ status, pointer: body.errors[0]?.pointer }).toEqual({ status: 400, pointer: "/url" });
  });

  it("has a span of deliveries sent again, each under its own id", async () => {
    const receiver = await listen();
    const endpoint = await register(receiver.url);
    const asked = await Promise.all([test(endpoint), test(endpoint)]);
    await until(
      () => deliveries(endpoint),
      (all) => all.filter(({ status }) => status === "delivered").length === 2,
    );
    const { status, body } = await call<{ queued: number; continue_from: string | null }>(
      "POST",
      `/v1/webhook-endpoints/${endpoint.id}/redeliver`,
      { key: KEY, body: { from: "2026-01-01T00:00:00Z", to: "2099-01-01T00:00:00Z", status: "delivered" } },
    );
    expect({ status, ...body }).toMatchObject({ status: 202, queued: 2, continue_from: null });
    const received = await got(receiver, 4);
    const ids = received.map(({ headers }) => headers["webhook-id"]).toSorted();
    const wanted = asked.map(({ event }) => event.id);
    expect(ids).toEqual([...wanted, ...wanted].toSorted());
  });
});
