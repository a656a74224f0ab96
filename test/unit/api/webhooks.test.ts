/** What a storefront's engineer can do about webhooks, over the real store. */
import { randomBytes, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { toContext } from "../../../functions/api/caller.ts";
import { WEBHOOK_ROUTES } from "../../../functions/api/contract-webhooks.ts";
import type { Route } from "../../../functions/api/contract.ts";
import { createWebhookEndpoint, rotateWebhookSecret } from "../../../functions/api/create-webhook-endpoint.ts";
import { mount, serve } from "../../../functions/api/endpoint.ts";
import {
  listWebhookDeliveries,
  redeliverWebhook,
  redeliverWebhooks,
  testWebhookEndpoint,
} from "../../../functions/api/webhook-deliveries.ts";
import {
  changeWebhookEndpoint,
  deleteWebhookEndpoint,
  listWebhookEndpoints,
  readWebhookEndpoint,
} from "../../../functions/api/webhook-endpoints.ts";
import { MOST_ENDPOINTS } from "../../../functions/domain/webhook-endpoint.ts";
import type { WebhookDeliveries } from "../../../functions/store/webhook-ledger.ts";
import { guardAddress } from "../../../functions/webhooks/address-guard.ts";
import { happening, newEndpointId, startWebhookDesk } from "../webhooks/webhook-desk.ts";
import type { WebhookDesk } from "../webhooks/webhook-desk.ts";

const URL = "https://duka.co.ke/hooks";
const HOSTS: Readonly<Record<string, readonly string[]>> = {
  "duka.co.ke": ["8.8.8.8"],
  "new.duka.co.ke": ["8.8.4.4"],
  "inside.duka.co.ke": ["8.8.8.8", "10.0.0.1"],
};

let desk: WebhookDesk;
let storefront: string;
let ask: ReturnType<typeof open>;
beforeEach(() => {
  desk = startWebhookDesk();
  storefront = randomUUID();
  ask = open(desk);
});

interface Asked {
  readonly id?: string;
  readonly body?: unknown;
  readonly query?: Record<string, string>;
  readonly storefront?: string;
}

/** `deliveries` takes the place of the store's. */
const open = (of: WebhookDesk, deliveries: WebhookDeliveries = of.deliveries) => {
  const { change, clock, keyVault, vault, endpoints, turns, sending } = of;
  const log = { info: (code: string, facts: object = {}) => void of.logged.push({ code, facts }) };
  const guard = (url: string) => guardAddress(url, { loopback: false }, (host) => Promise.resolve(HOSTS[host] ?? []));
  const secrets = { change, keyVault, randomBytes, clock, log };
  const again = { endpoints, ...sending, deliveries, change: of.changeOne };
  const answer = serve([
    mount(WEBHOOK_ROUTES.createWebhookEndpoint, createWebhookEndpoint({ ...secrets, guard, newId: newEndpointId })),
    mount(WEBHOOK_ROUTES.listWebhookEndpoints, listWebhookEndpoints({ endpoints })),
    mount(WEBHOOK_ROUTES.readWebhookEndpoint, readWebhookEndpoint({ endpoints })),
    mount(WEBHOOK_ROUTES.changeWebhookEndpoint, changeWebhookEndpoint({ change, guard, turns, clock, log })),
    mount(WEBHOOK_ROUTES.deleteWebhookEndpoint, deleteWebhookEndpoint({ change, log })),
    mount(WEBHOOK_ROUTES.rotateWebhookSecret, rotateWebhookSecret(secrets)),
    mount(WEBHOOK_ROUTES.testWebhookEndpoint, testWebhookEndpoint({ ...again, newEventId: () => happening("").id })),
    mount(WEBHOOK_ROUTES.listWebhookDeliveries, listWebhookDeliveries({ endpoints, deliveries, vault, clock })),
    mount(WEBHOOK_ROUTES.redeliverWebhooks, redeliverWebhooks(again)),
    mount(WEBHOOK_ROUTES.redeliverWebhook, redeliverWebhook(again)),
  ]);
  return async (route: Route, asked: Asked = {}) => {
    const { status, body } = await answer({
      method: route.method,
      route: route.path,
      params: asked.id === undefined ? {} : { id: asked.id },
      query: Object.fromEntries(Object.entries(asked.query ?? {}).map(([name, value]) => [name, [value]])),
      headers: {},
      body: asked.body === undefined ? null : JSON.stringify(asked.body),
      sourceAddress: "203.0.113.7",
      requestId: randomUUID(),
      authoriser: toContext({
        kind: "key",
        keyId: "key_of_shop",
        storefront: asked.storefront ?? storefront,
        scopes: ["webhooks:write"],
      }),
      remainingMs: () => 20_000,
    });
    return { status, body: body as Record<string, unknown> };
  };
};

const create = async (over: Record<string, unknown> = {}) =>
  (await ask(WEBHOOK_ROUTES.createWebhookEndpoint, { body: { url: URL, events: ["*"], ...over } })).body;
const read = async (id: unknown) => (await ask(WEBHOOK_ROUTES.readWebhookEndpoint, { id: String(id) })).body;

describe("an endpoint", () => {
  it("shows its secrets once, and is read and listed without them", async () => {
    const made = await create({ description: "Orders", events: ["payment.succeeded", "payment.failed"] });
    const { secrets, ...shown } = made;
    expect(secrets).toEqual({
      v1: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) as string,
      v1a_public_key: expect.stringMatching(/^whpk_[A-Za-z0-9+/]{43}=$/) as string,
    });
    expect(shown).toMatchObject({ object: "webhook_endpoint", url: URL, status: "enabled", description: "Orders" });
    expect(await read(made["id"])).toEqual(shown);
    expect((await ask(WEBHOOK_ROUTES.listWebhookEndpoints)).body["data"]).toEqual([shown]);
    expect(JSON.stringify(desk.logged)).not.toContain("whsec_");
  });

  it.each([
    [{ url: "https://inside.duka.co.ke/" }, "/url"],
    [{ url: "http://duka.co.ke/" }, "/url"],
    [{ url: "" }, "/url"],
    [{ events: [] }, "/events"],
    [{ events: ["payment.made"] }, "/events/0"],
    [{ events: ["*", "*"] }, "/events"],
    [{ events: ["endpoint.test"] }, "/events/0"],
    [{ description: "two\nlines" }, "/description"],
    [{ secret: "mine" }, "/secret"],
  ])("is not made of %j", async (over, pointer) => {
    const made = await create(over);
    expect(made).toMatchObject({ code: "invalid_request", errors: [{ pointer }] });
    expect((await desk.endpoints.read(storefront)).endpoints).toEqual([]);
  });

  it("may be at a host that nobody knows yet", async () => {
    expect(await create({ url: "https://soon.duka.co.ke/hooks" })).toMatchObject({ status: "enabled" });
  });

  it("is one of sixteen at most", async () => {
    for (let made = 0; made < MOST_ENDPOINTS; made += 1) await create();
    expect(await create()).toMatchObject({ code: "too_many_webhook_endpoints", status: 409 });
  });

  it("made by two requests at once is two", async () => {
    await Promise.all([create(), create(), create()]);
    expect((await desk.endpoints.read(storefront)).endpoints).toHaveLength(3);
  });

  it("is changed in what is named, and in nothing else", async () => {
    const { id, secrets: _secrets, ...made } = await create({ description: "Orders" });
    desk.time.now += 1_000;
    const changed = await ask(WEBHOOK_ROUTES.changeWebhookEndpoint, {
      id: String(id),
      body: { events: ["payout.failed"], description: null },
    });
    expect(changed.body).toEqual({
      ...made,
      id,
      events: ["payout.failed"],
      description: null,
      updated_at: new Date(desk.time.now).toISOString(),
    });
    const refused = await ask(WEBHOOK_ROUTES.changeWebhookEndpoint, {
      id: String(id),
      body: { url: "https://inside.duka.co.ke/" },
    });
    expect(refused.status).toBe(400);
    expect((await ask(WEBHOOK_ROUTES.changeWebhookEndpoint, { id: String(id), body: {} })).status).toBe(400);
  });

  it("is disabled and enabled by its owner, and begins anew then", async () => {
    const { id } = await create();
    const status = (wanted: string) =>
      ask(WEBHOOK_ROUTES.changeWebhookEndpoint, { id: String(id), body: { status: wanted } });
    const turn = await desk.turns.take(String(id), { holder: "a", until: desk.time.now + 1_000 });
    if (turn.taken) await desk.turns.giveBack(String(id), turn.turn, { succeeded: false, failed: true, hung: true });
    expect((await status("disabled")).body).toMatchObject({ status: "disabled", disabled_because: "owner" });
    for (const route of [WEBHOOK_ROUTES.testWebhookEndpoint, WEBHOOK_ROUTES.redeliverWebhooks])
      expect(
        await ask(route, { id: String(id), body: { from: "2026-01-01T00:00:00Z", to: "2026-12-01T00:00:00Z" } }),
      ).toMatchObject({ status: 409, body: { code: "webhook_endpoint_disabled" } });
    expect((await status("enabled")).body).toMatchObject({ status: "enabled", disabled_because: null });
    expect(await desk.turns.take(String(id), { holder: "b", until: desk.time.now + 1 })).toMatchObject({
      taken: true,
      hanging: false,
    });
  });

  it("that is deleted is gone", async () => {
    const { id } = await create();
    expect((await ask(WEBHOOK_ROUTES.deleteWebhookEndpoint, { id: String(id) })).body).toEqual({
      id,
      object: "webhook_endpoint",
      deleted: true,
    });
    expect((await ask(WEBHOOK_ROUTES.deleteWebhookEndpoint, { id: String(id) })).status).toBe(404);
    expect(await read(id)).toMatchObject({ code: "not_found" });
  });

  it("gets new secrets by a rotation, and keeps those before for a day", async () => {
    const { id, secrets } = await create();
    const { body } = await ask(WEBHOOK_ROUTES.rotateWebhookSecret, { id: String(id) });
    expect(body["secrets"]).not.toEqual(secrets);
    expect(body["previous_secret_until"]).toBe(new Date(desk.time.now + 86_400_000).toISOString());
  });

  it("is another storefront's to nobody else", async () => {
    const { id } = await create();
    const other = { id: String(id), storefront: randomUUID() };
    for (const route of [
      WEBHOOK_ROUTES.readWebhookEndpoint,
      WEBHOOK_ROUTES.deleteWebhookEndpoint,
      WEBHOOK_ROUTES.rotateWebhookSecret,
      WEBHOOK_ROUTES.testWebhookEndpoint,
      WEBHOOK_ROUTES.listWebhookDeliveries,
    ])
      expect((await ask(route, other)).status, route.operation).toBe(404);
    const change = { ...other, body: { status: "disabled" } };
    expect((await ask(WEBHOOK_ROUTES.changeWebhookEndpoint, change)).status).toBe(404);
  });
});

describe("deliveries", () => {
  interface Page {
    readonly data: readonly { readonly id: string; readonly status: string }[];
    readonly next_cursor: string | null;
  }
  const page = async (id: unknown, query: Record<string, string>): Promise<Page> =>
    (await ask(WEBHOOK_ROUTES.listWebhookDeliveries, { id: String(id), query })).body as unknown as Page;
  const toldOf = async (count: number): Promise<void> => {
    desk.time.now += 1_000;
    for (let told = 0; told < count; told += 1) {
      desk.time.now += 1;
      await desk.tell([happening(storefront)]);
    }
  };

  it("are listed newest first, page by page, and by status", async () => {
    const { id } = await create();
    await toldOf(5);
    const first = await page(id, { limit: "3" });
    const second = await page(id, { limit: "3", cursor: first.next_cursor! });
    expect([first.data.length, second.data.length, second.next_cursor]).toEqual([3, 2, null]);
    const ids = [...first.data, ...second.data].map((delivery) => delivery.id);
    const queued = desk.queue.flatMap((message) => ("delivery" in message ? [message.delivery] : []));
    expect(ids).toEqual(queued.toReversed());
    expect((await page(id, { status: "delivered" })).data).toEqual([]);
    expect((await page(id, { status: "pending" })).data).toHaveLength(5);
    const strange = await ask(WEBHOOK_ROUTES.listWebhookDeliveries, { id: String(id), query: { cursor: "AAAA" } });
    expect(strange.status).toBe(400);
  });

  it("show what was sent, without signatures, and what was answered", async () => {
    const { id } = await create({ url: URL });
    await toldOf(1);
    await desk.deliver();
    const { data } = await page(id, {});
    expect(data).toMatchObject([
      {
        object: "webhook_delivery",
        endpoint: id,
        status: "pending",
        attempts_made: 1,
        request: { headers: { "content-type": "application/json", "webhook-id": expect.any(String) as string } },
        attempts: [{ result: "forbidden_address", status: null, response_excerpt: null }],
      },
    ]);
    expect(JSON.stringify(data)).not.toContain("webhook-signature");
  });

  it("are sent again one by one, with all attempts before them, by their owner alone", async () => {
    await create();
    await toldOf(1);
    await desk.deliver();
    const { data } = await page((await desk.endpoints.read(storefront)).endpoints[0]!.id, {});
    const { id } = data[0]!;
    const other = { id, storefront: randomUUID() };
    expect((await ask(WEBHOOK_ROUTES.redeliverWebhook, other)).status).toBe(404);
    expect((await ask(WEBHOOK_ROUTES.redeliverWebhook, { id: "dlv_none" })).status).toBe(404);
    expect(await ask(WEBHOOK_ROUTES.redeliverWebhook, { id })).toMatchObject({ status: 202, body: { id } });
    expect(desk.queue).toEqual([{ delivery: id, storefront, made: 1 }]);
    expect((await desk.deliveries.read([id]))[0]).toMatchObject({ status: "pending", made: 1, madeBefore: 1 });
  });

  it("of a time are sent again, of one status where one is named", async () => {
    const { id } = await create();
    await toldOf(2);
    const from = new Date(desk.time.now + 1).toISOString();
    await toldOf(3);
    desk.queue.length = 0;
    const again = (body: object) =>
      ask(WEBHOOK_ROUTES.redeliverWebhooks, { id: String(id), body: { from, to: "2099-01-01T00:00:00Z", ...body } });
    expect(await again({})).toMatchObject({ status: 202, body: { queued: 3, continue_from: null } });
    expect(desk.queue).toHaveLength(3);
    expect(await again({ status: "failed" })).toMatchObject({ status: 202, body: { queued: 0 } });
    expect(await again({ to: "2026-01-01T00:00:00Z" })).toMatchObject({ status: 400 });
  });

  it("of a very long time are sent again a thousand at a time, and the answer says where to go on", async () => {
    const { id } = await create();
    let walked = 0;
    const endless = open(desk, {
      ...desk.deliveries,
      read: () => Promise.resolve([]),
      walk: ({ limit }) => {
        walked += limit;
        return Promise.resolve({ keys: [], next: { at: Date.UTC(2026, 10, 1), id: "dlv_last" } });
      },
    });
    const body = { from: "2026-01-01T00:00:00Z", to: "2026-12-01T00:00:00Z" };
    const answer = await endless(WEBHOOK_ROUTES.redeliverWebhooks, { id: String(id), body });
    expect(answer.body).toMatchObject({ queued: 0, continue_from: "2026-11-01T00:00:00.000Z" });
    expect(walked).toBe(1_000);
  });
});
