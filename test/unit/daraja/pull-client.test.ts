import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import type { ClientDeps } from "../../../functions/daraja/client-call.ts";
import { createPullDaraja } from "../../../functions/daraja/pull-client.ts";
import { TokenUnavailable } from "../../../functions/daraja/token.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import { clientRig } from "./client-rig.ts";
import { deadUrl, json } from "./loopback.ts";
import { deadToken, error, spike } from "./payout-rig.ts";

const FROM = Date.UTC(2020, 7, 4, 5, 36);
const SPAN = { from: FROM, until: FROM + 3_600_000, offset: 0 };
const ROW = { transactionId: "QAB1234567", trxDate: "2020-08-05T10:13:00Z", msisdn: 254708374149, amount: "168.00" };
const rows = (response: ServerResponse) => json(response, 200, { ResponseCode: "1000", Response: [[ROW]] });
const REGISTRATION = {
  nominatedNumber: Msisdn.parse("254722000000"),
  callbackUrl: "https://callbacks.duka.co.ke/callbacks/v1/pull/c2b/0123",
};

const setUp = async (answers: ((response: ServerResponse) => void)[], changes: Partial<ClientDeps> = {}) => {
  const rig = await clientRig(answers, changes);
  return { ...rig, daraja: createPullDaraja(rig.deps) };
};

describe("a pull", () => {
  test("is asked as Safaricom's portal describes it, in Nairobi's time and in the lane of questions", async () => {
    const { daraja, heard, bodies, seen } = await setUp([rows]);
    expect(await daraja.page({ ...SPAN, offset: 100 })).toMatchObject({ answer: "rows" });
    expect(heard).toMatchObject([{ method: "POST", path: "/pulltransactions/v1/query" }]);
    expect(bodies()[0]).toEqual({
      ShortCode: "600992",
      StartDate: "2020-08-04 08:36:00",
      EndDate: "2020-08-04 09:36:00",
      OffSetValue: "100",
    });
    expect(seen.taken).toEqual(["query"]);
  });

  test("is sent again after a dead token and after throttling", async () => {
    const dead = error(401, "401.001", "Invalid Access Token");
    const { daraja, heard } = await setUp([dead, spike, rows]);
    expect(await daraja.page(SPAN)).toMatchObject({ answer: "rows" });
    expect(heard).toHaveLength(3);
  });

  test.each([
    ["HTML", (response: ServerResponse) => response.writeHead(503).end("<html>")],
    ["nothing", (response: ServerResponse) => response.end()],
    ["a reset", (response: ServerResponse) => response.socket?.resetAndDestroy()],
    ["silence", () => undefined],
    ["spike arrest every time", spike],
    ["a dead token every time", deadToken],
    ["an invalid shortcode", error(400, "400.001", "Invalid ShortCode")],
  ])("answered with %s has failed", async (_, answer) => {
    const { daraja } = await setUp([answer]);
    const came = await daraja.page(SPAN);
    expect(came).toMatchObject({ answer: "failed" });
    expect(JSON.stringify(came)).not.toMatch(/(first|second)-token/);
  });

  test("that can't be asked has failed, and nothing is sent", async () => {
    const dead = () => Promise.reject(new TokenUnavailable("daraja_unavailable", "no token today"));
    const cases: Partial<ClientDeps>[] = [
      { credentials: () => Promise.reject(new Error("x")) },
      { token: { get: dead, replace: dead } },
      { slots: { take: () => Promise.resolve("too_late"), throttled: () => Promise.resolve() } },
      { baseUrl: await deadUrl() },
    ];
    for (const changes of cases) {
      const { daraja, heard, seen } = await setUp([rows], changes);
      expect(await daraja.page(SPAN)).toMatchObject({ answer: "failed" });
      expect(heard).toHaveLength(0);
      expect(seen.logs.length).toBeGreaterThan(0);
    }
  });

  test("leaves no payer, receipt or token in the log", async () => {
    const { daraja, seen } = await setUp([rows]);
    await daraja.page(SPAN);
    expect(JSON.stringify(seen.logs)).not.toMatch(/708374149|QAB1234567|first-token/);
  });
});

describe("a shortcode", () => {
  test.each([
    ["ResponseStatus", "1000", false],
    ["Response Status", "1000", false],
    ["ResponseStatus", "1001", true],
    ["Response Status", 1001, true],
  ])("is registered for pulls by %j %j", async (name, code, already) => {
    const { daraja, heard, bodies } = await setUp([
      (response) => json(response, 200, { ResponseRefID: "1", [name]: code }),
    ]);
    expect(await daraja.registerPull(REGISTRATION)).toMatchObject({ answer: "accepted", already });
    expect(heard[0]?.path).toBe("/pulltransactions/v1/register");
    expect(bodies()[0]).toEqual({
      ShortCode: "600992",
      RequestType: "Pull",
      NominatedNumber: "254722000000",
      CallBackURL: REGISTRATION.callbackUrl,
    });
  });

  test("is not known to be registered by any other answer", async () => {
    for (const body of [{ ResponseStatus: "0" }, { ResponseStatus: "1002" }, {}]) {
      const { daraja } = await setUp([(response) => json(response, 200, body)]);
      expect(await daraja.registerPull(REGISTRATION)).toMatchObject({ answer: "unknown" });
    }
  });

  test("is not registered with a URL that Daraja refuses, or without the secret", async () => {
    const { daraja, heard } = await setUp([rows]);
    expect(await daraja.registerPull({ ...REGISTRATION, callbackUrl: "https://duka.co.ke/query" })).toMatchObject({
      answer: "refused",
      failure: { code: "merchant_misconfigured" },
    });
    const bare = await setUp([rows], { credentials: () => Promise.reject(new Error("x")) });
    expect(await bare.daraja.registerPull(REGISTRATION)).toMatchObject({ failure: { code: "daraja_unavailable" } });
    expect([...heard, ...bare.heard]).toEqual([]);
  });
});
