/** Who is let in: living keys and the browser's tokens, also in the minutes after a secret rotated. */
import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { authorise } from "../../../functions/api/authorise.ts";
import { mintClientToken } from "../../../functions/api/client-token.ts";
import { createDirectory } from "../../../functions/store/dynamo-directory.ts";
import type { Directory } from "../../../functions/store/directory.ts";
import { NOW, connect, makeTable } from "../store/database.ts";

const SIGNING = { current: "the signing secret in force, long enough" };
const PAYMENT = "pay_4k9qdz1n7ah0xv3rw8gtb2jcf5";

const client = connect();
let directory: Directory;
let pepper = { current: "the pepper in force, long enough for anybody" };

beforeAll(async () => {
  directory = createDirectory({
    dynamo: client,
    table: await makeTable(client, "directory"),
    pepper: () => Promise.resolve(pepper),
    clock: { now: () => NOW },
    randomBytes,
    newToken: randomUUID,
    wait: () => Promise.resolve(),
    random: () => 0.5,
  });
});
afterAll(() => client.destroy());

const door = (changed: () => Promise<boolean> = () => Promise.resolve(false)) =>
  authorise({
    directory,
    signing: () => Promise.resolve(SIGNING),
    secretsChanged: changed,
    clock: { now: () => NOW },
    browserUsage: "browsers",
  });

const newKey = () =>
  directory.createKey({
    storefront: "shop",
    name: "web",
    scopes: ["payments:read"],
    tier: "standard",
    usageIdentifier: "meter",
    mode: "test",
  });

test("a key is let in with its storefront and scopes, and a revoked one is not", async () => {
  const { key, clearText } = await newKey();
  const authorization = `Bearer ${clearText}`;
  expect(await door()({ authorization })).toMatchObject({
    allowed: "every_route",
    usage: "meter",
    context: { kind: "key", storefront: "shop", scopes: "payments:read" },
  });
  await directory.revokeKey(key.id);
  expect(await door()({ authorization })).toEqual({ allowed: "nothing" });
});

test("a client token opens its payment, as the API and the page show it, and nothing else", async () => {
  const token = mintClientToken(PAYMENT, NOW + 60_000, SIGNING);
  expect(await door()({ authorization: `Bearer ${token}` })).toMatchObject({
    allowed: "some_routes",
    routes: [`GET/v1/payments/${PAYMENT}`, `GET/v1/checkout-sessions/${PAYMENT}`],
    context: { kind: "browser", subject: PAYMENT },
  });
});

test("the client token of a checkout session opens that session and the way to pay it, and no payment", async () => {
  const session = PAYMENT.replace("pay_", "cks_");
  const token = mintClientToken(session, NOW + 60_000, SIGNING);
  expect(await door()({ authorization: `Bearer ${token}` })).toMatchObject({
    allowed: "some_routes",
    routes: [`GET/v1/checkout-sessions/${session}`, `POST/v1/checkout-sessions/${session}/payments`],
    context: { kind: "browser", subject: session },
  });
});

test("a key made under a pepper that has just rotated is found once the secrets are looked at afresh", async () => {
  const old = pepper;
  pepper = { current: "the next pepper, which this instance has not seen" };
  const { clearText } = await newKey();
  pepper = old;
  const authorization = `Bearer ${clearText}`;
  expect(await door()({ authorization })).toEqual({ allowed: "nothing" });
  const fresh = () => {
    pepper = { current: "the next pepper, which this instance has not seen" };
    return Promise.resolve(true);
  };
  expect(await door(fresh)({ authorization })).toMatchObject({ allowed: "every_route" });
  pepper = old;
});

test.each([
  "",
  "Bearer",
  "Basic abc",
  "Bearer sk_test_nobody",
  "Bearer ct_x.y.z",
  `Bearer sk_${"a".repeat(300)}`,
  "sk_test_x",
])("%j is nobody", async (authorization) => {
  expect(await door()({ authorization })).toEqual({ allowed: "nothing" });
});
