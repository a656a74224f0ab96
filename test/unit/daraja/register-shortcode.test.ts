/** Registering against the simulator, as the operator's command and the sandbox do: one shared token, nothing assumed. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { attendedClient } from "../../../functions/daraja/attended.ts";
import { createC2bDaraja } from "../../../functions/daraja/c2b-client.ts";
import { callbackUrl } from "../../../functions/daraja/callback-url.ts";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import { createPullDaraja } from "../../../functions/daraja/pull-client.ts";
import { registerShortcode } from "../../../functions/daraja/register-shortcode.ts";
import type { WantedRegistration } from "../../../functions/daraja/register-shortcode.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import { startSimulator } from "../../../sandbox/daraja/server.ts";
import type { RunningSimulator } from "../../../sandbox/daraja/server.ts";
import { memoryToken } from "./shared-items.ts";

const credentials = Credentials.parse({
  transaction_type: "CustomerPayBillOnline",
  consumer_key: "malipo",
  consumer_secret: "malipo",
  shortcode: "174379",
  passkey: "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919",
});
const WANTED: WantedRegistration = {
  shortcode: "174379",
  whenSilent: "accept",
  nominatedNumber: Msisdn.parse("254722000000"),
};

let simulator: RunningSimulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

const world = () => {
  const shared = memoryToken(Date.now);
  const client = attendedClient({
    environment: "sandbox",
    baseUrl: simulator.url,
    credentials: () => Promise.resolve(credentials),
    shared,
    callbackUrl: () => Promise.reject(new Error("not asked for")),
    fetch,
    clock: Date,
    wait: () => Promise.resolve(),
    random: () => 0.5,
    log: () => undefined,
  });
  const register = (wanted: Partial<WantedRegistration> = {}) =>
    registerShortcode(
      {
        c2b: createC2bDaraja(client),
        pull: createPullDaraja(client),
        callbackUrl: (kind, id) =>
          Promise.resolve(callbackUrl({ baseUrl: "http://127.0.0.1:9", kind, id, secret: "secret" })),
      },
      { ...WANTED, ...wanted },
    );
  return { shared, register, pull: createPullDaraja(client) };
};

test("a shortcode is registered for confirmations and for pulls, and pulls afterwards", async () => {
  const { register, pull } = world();
  const hour = { from: Date.now() - 3_600_000, until: Date.now(), offset: 0 };
  expect((await pull.page(hour)).answer).toBe("failed");
  expect(await register()).toMatchObject({
    urls: { answer: "accepted", already: false },
    pull: { answer: "accepted", already: false },
  });
  expect(await pull.page(hour)).toEqual({ answer: "no_records", listed: true });
});

test("a second time the pull says that it was registered before, and in production the URLs do", async () => {
  const { register } = world();
  await register();
  expect(await register()).toMatchObject({ pull: { answer: "accepted", already: true } });
  await fetch(`${simulator.url}/simulator/switches`, { method: "POST", body: JSON.stringify({ c2b: "production" }) });
  expect(await register()).toMatchObject({ urls: { answer: "accepted", already: true } });
});

test("without a nominated number nothing is registered for pulls", async () => {
  expect(await world().register({ nominatedNumber: null })).toMatchObject({ urls: { answer: "accepted" }, pull: null });
});

test("the token that was fetched is the one that everybody shares", async () => {
  const { register, shared } = world();
  await register();
  const held = await shared.read();
  expect(held?.generation).toBe(1);
  const metrics = (await (await fetch(`${simulator.url}/simulator/metrics`)).json()) as { oauth_requests: number };
  expect(metrics.oauth_requests).toBe(1);
});
