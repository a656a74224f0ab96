/** What every client does that nobody told otherwise: where it calls, and until when its call may begin. */
import { describe, expect, test } from "vitest";
import { attendedClient } from "../../../functions/daraja/attended.ts";
import { createC2bDaraja } from "../../../functions/daraja/c2b-client.ts";
import { createMake, orNull, takesUrls } from "../../../functions/daraja/client-call.ts";
import type { ClientDeps } from "../../../functions/daraja/client-call.ts";
import { createDaraja } from "../../../functions/daraja/client.ts";
import { createPayoutDaraja } from "../../../functions/daraja/payout-client.ts";
import { createPullDaraja } from "../../../functions/daraja/pull-client.ts";
import { createReversalDaraja } from "../../../functions/daraja/reversal-client.ts";
import { TokenUnavailable } from "../../../functions/daraja/token.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import { credentials } from "./client-rig.ts";
import { PAYOUT } from "./payout-rig.ts";
import { memoryToken } from "./shared-items.ts";

const NOW = 1_000_000;
const phone = Msisdn.parse("254708374149");
const url = (kind: string, id: string) => `https://callbacks.duka.co.ke/callbacks/v1/${kind}/${id}/0123`;

/** Deps of a client without times or address; what is sent and until when slots are wanted is kept. */
const setUp = (changes: Partial<ClientDeps> = {}) => {
  const seen = { sent: [] as string[], asked: [] as string[], leftMs: [] as number[], logs: [] as unknown[] };
  const deps: ClientDeps = {
    environment: "production",
    credentials: () => Promise.resolve(credentials),
    token: { get: () => Promise.resolve("t1"), replace: () => Promise.resolve("t2") },
    slots: {
      take: (_, deadline) => Promise.resolve((seen.leftMs.push(deadline - NOW), "go")),
      throttled: () => Promise.resolve(),
    },
    fetch: (to) => Promise.resolve((seen.sent.push(to), new Response("{}", { status: 503 }))),
    clock: { now: () => NOW },
    wait: () => Promise.resolve(),
    random: () => 0.5,
    callbackUrl: (kind, id) => Promise.resolve((seen.asked.push(`${kind} ${id}`), url(kind, id))),
    log: (...entry) => seen.logs.push(entry),
    ...changes,
  };
  return { deps, seen };
};

const push = { transactionId: "pay_1", amount: shillings(5), phone, reference: "INV-1", description: "x" };
const reversal = { refundId: "ref_1", receipt: "PDU91HIVIT", amount: shillings(5) };
const urls = { confirmationUrl: url("c2b-confirmation", "1"), validationUrl: url("c2b-validation", "1") };

const CALLS: readonly [name: string, call: (deps: ClientDeps) => Promise<unknown>, leftMs: number][] = [
  ["a push", (deps) => createDaraja(deps).stkPush(push), 12_000],
  ["a push's question", (deps) => createDaraja(deps).stkQuery({ checkoutId: "ws_CO_1" }), 7_000],
  ["a payout", (deps) => createPayoutDaraja(deps).b2c(PAYOUT), 33_000],
  ["a question about a payout", (deps) => createPayoutDaraja(deps).transactionStatus({ id: "pyo_1" }), 7_000],
  ["a reversal", (deps) => createReversalDaraja(deps).reverse(reversal), 33_000],
  ["a registration", (deps) => createC2bDaraja(deps).registerUrls({ ...urls, whenSilent: "accept" }), 33_000],
  ["a page of a pull", (deps) => createPullDaraja(deps).page({ from: 0, until: NOW, offset: 0 }), 45_000],
];

describe("a client without times of its own", () => {
  test.each(CALLS)("begins %s in time for whoever waits for it", async (_, call, leftMs) => {
    const { deps, seen } = setUp();
    await call(deps);
    expect(seen.leftMs).toEqual([leftMs]);
    expect(seen.sent).toHaveLength(1);
  });
});

describe("a client's address", () => {
  test.each([
    [{ environment: "production" }, "https://api.safaricom.co.ke/mpesa/stkpush/v1/processrequest"],
    [{ environment: "sandbox" }, "https://sandbox.safaricom.co.ke/mpesa/stkpush/v1/processrequest"],
    [{ baseUrl: "http://127.0.0.1:9" }, "http://127.0.0.1:9/mpesa/stkpush/v1/processrequest"],
    [{ baseUrl: "http://127.0.0.1:9//" }, "http://127.0.0.1:9/mpesa/stkpush/v1/processrequest"],
    [{ baseUrl: "http://127.0.0.1:9/a//b" }, "http://127.0.0.1:9/a//b/mpesa/stkpush/v1/processrequest"],
  ] as const)("%j is the environment's own or the one that was given", async (changes, to) => {
    const { deps, seen } = setUp(changes);
    await createDaraja(deps).stkPush(push);
    expect(seen.sent).toEqual([to]);
  });
});

test("a push's question that gets no token or no slot is not asked, and says which", async () => {
  const none = () => Promise.reject(new TokenUnavailable("rate_limited", "throttled"));
  const full = { take: () => Promise.resolve("too_late" as const), throttled: () => Promise.resolve() };
  for (const [changes, because] of [
    [{ token: { get: none, replace: none } }, "not asked: throttled"],
    [{ slots: full }, "not asked: no slot in time"],
  ] as const) {
    const { deps, seen } = setUp(changes);
    const answer = await createDaraja(deps).stkQuery({ checkoutId: "ws_CO_1" });
    expect(answer).toEqual({ answer: "no_answer", because, unlistedCode: null });
    expect(seen.sent).toEqual([]);
  }
});

describe("what a request needs", () => {
  test("and can't be had is logged by the kind of trouble alone", async () => {
    const { deps, seen } = setUp();
    expect(await orNull(deps, "b2c", Promise.reject(new RangeError("hush")))).toBeNull();
    const hush = Promise.resolve().then(() => AbortSignal.abort("hush").throwIfAborted());
    expect(await orNull(deps, "b2c", hush)).toBeNull();
    expect(await orNull(deps, "b2c", Promise.resolve(0))).toBe(0);
    expect(seen.logs).toEqual([
      ["daraja.not_sent", { operation: "b2c", because: "RangeError" }],
      ["daraja.not_sent", { operation: "b2c", because: "unknown" }],
    ]);
  });

  test("are addresses that Daraja takes, each of them, and the log says of the first that is not why", () => {
    const { deps, seen } = setUp();
    expect(takesUrls(deps, "b2c", [url("b2c", "1"), url("b2c-late", "1")])).toBe(true);
    expect(takesUrls(deps, "b2c", [])).toBe(true);
    expect(seen.logs).toEqual([]);
    expect(takesUrls(deps, "b2c", [url("b2c", "1"), "http://x.co.ke/a", "http://x.co.ke/b"])).toBe(false);
    expect(seen.logs).toEqual([
      ["daraja.not_sent", { operation: "b2c", because: expect.stringMatching(/^callback URL: ./) as unknown }],
    ]);
  });

  test("is asked for by kind and id: of a payout its result's address and the late one's", async () => {
    const { deps, seen } = setUp();
    await createPayoutDaraja(deps).b2c(PAYOUT);
    await createPayoutDaraja(deps).accountBalance({ id: "bal_1" });
    await createReversalDaraja(deps).reverse(reversal);
    const both = (kind: string, id: string) => [`${kind} ${id}`, `${kind}-late ${id}`];
    expect(seen.asked).toEqual([
      ...both("b2c", PAYOUT.payoutId),
      ...both("balance", "bal_1"),
      ...both("reversal", "ref_1"),
    ]);
  });
});

test("an alarm is raised about an answer's unlisted code, and about nothing else", async () => {
  const { deps, seen } = setUp({ fetch: () => Promise.resolve(new Response("{}")) });
  const call = {
    operation: "b2c",
    lane: "bulk",
    path: "/x",
    body: () => "",
    time: { attemptMs: 500, totalMs: 500 },
    throttleRetries: 0,
  } as const;
  const read = (unlistedCode: string | null) => () => ({ answer: { answer: "x" }, unlistedCode });
  await createMake(deps)({ ...call, read: read(null) });
  expect(seen.logs.map((entry) => (entry as unknown[])[0])).toEqual(["daraja.called"]);
  await createMake(deps)({ ...call, read: read("7") });
  expect(seen.logs.at(-1)).toEqual(["daraja.unlisted_code", { operation: "b2c", resultCode: "7" }]);
  const lost = setUp({ fetch: () => Promise.reject(new Error("no connection")) });
  expect(await createMake(lost.deps)({ ...call, read: read("7") })).toMatchObject({ came: "nothing" });
  expect(lost.seen.logs.map((entry) => (entry as unknown[])[0])).toEqual(["daraja.called"]);
});

describe("a client that somebody waits in front of", () => {
  test("takes no turn, and its token is the one that is shared", async () => {
    const { deps } = setUp();
    const shared = memoryToken(() => NOW);
    const asked: string[] = [];
    const fetch: ClientDeps["fetch"] = (to) => {
      asked.push(to);
      return Promise.resolve(new Response('{"access_token":"fresh","expires_in":"3599"}'));
    };
    for (const baseUrl of [undefined, "http://127.0.0.1:9"]) {
      shared.held = null;
      const client = attendedClient({ ...deps, fetch, shared, baseUrl });
      await expect(client.slots.throttled("stk")).resolves.toBeUndefined();
      expect(await client.slots.take("stk", 0)).toBe("go");
      expect(await client.token.get()).toBe("fresh");
      expect(shared.held).toMatchObject({ token: "fresh", generation: 1 });
    }
    const path = "/oauth/v1/generate?grant_type=client_credentials";
    expect(asked).toEqual([`https://api.safaricom.co.ke${path}`, `http://127.0.0.1:9${path}`]);
  });
});
