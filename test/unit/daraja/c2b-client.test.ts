import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { createC2bDaraja } from "../../../functions/daraja/c2b-client.ts";
import { REGISTRATION_ERRORS } from "../../../functions/daraja/c2b-registration.ts";
import type { ClientDeps } from "../../../functions/daraja/client-call.ts";
import { SOURCES } from "../../../functions/daraja/result-codes.ts";
import { TokenUnavailable } from "../../../functions/daraja/token.ts";
import { clientRig } from "./client-rig.ts";
import { deadUrl, json } from "./loopback.ts";
import { busy, deadToken, error, spike } from "./payout-rig.ts";

const URLS = {
  confirmationUrl: "https://callbacks.duka.co.ke/callbacks/v1/c2b-confirmation/c2b/0123",
  validationUrl: "https://callbacks.duka.co.ke/callbacks/v1/c2b-validation/c2b/0123",
};
const registered = (response: ServerResponse) =>
  json(response, 200, {
    OriginatorCoversationID: "6e86-45dd-91ac-fd5d4178ab523408729",
    ResponseCode: "0",
    ResponseDescription: "Success",
  });
const already = error(500, "500.003.1001", "Urls are already registered.");

const setUp = async (answers: ((response: ServerResponse) => void)[], changes: Partial<ClientDeps> = {}) => {
  const rig = await clientRig(answers, changes);
  return { ...rig, daraja: createC2bDaraja(rig.deps) };
};

describe("a paybill's URLs", () => {
  test("are registered as Safaricom's portal describes it", async () => {
    const { daraja, heard, bodies, seen } = await setUp([registered]);
    expect(await daraja.registerUrls({ ...URLS, whenSilent: "accept" })).toMatchObject({
      answer: "accepted",
      already: false,
    });
    expect(heard).toMatchObject([{ method: "POST", path: "/mpesa/c2b/v2/registerurl" }]);
    expect(bodies()[0]).toEqual({
      ShortCode: "600992",
      ResponseType: "Completed",
      ConfirmationURL: URLS.confirmationUrl,
      ValidationURL: URLS.validationUrl,
    });
    expect(seen.taken).toEqual(["query"]);
  });

  test("may be registered in the first version, and to turn customers away in silence", async () => {
    const { daraja, heard, bodies } = await setUp([registered]);
    await daraja.registerUrls({ ...URLS, whenSilent: "reject", version: "v1" });
    expect(heard[0]?.path).toBe("/mpesa/c2b/v1/registerurl");
    expect(bodies()[0]).toMatchObject({ ResponseType: "Cancelled" });
  });

  test("that are registered already are registered", async () => {
    const { daraja, heard } = await setUp([already]);
    expect(await daraja.registerUrls({ ...URLS, whenSilent: "accept" })).toMatchObject({
      answer: "accepted",
      already: true,
    });
    expect(heard).toHaveLength(1);
  });

  test("that are still on the former platform are refused, and Safaricom's words are kept", async () => {
    const words = "Duplicate notification info, SP ID is 601426, correlator is 1";
    const { daraja } = await setUp([error(500, "500.003.1001", words)]);
    expect(await daraja.registerUrls({ ...URLS, whenSilent: "accept" })).toMatchObject({
      answer: "refused",
      failure: { code: "registered_elsewhere", resultCode: "500.003.1001", resultDesc: words },
    });
  });

  test.each([
    ["an internal error under the same code", error(500, "500.003.1001", "Internal Server Error")],
    ["the words under another code", error(500, "500.777.01", "Urls are already registered.")],
    ["another response code", (response: ServerResponse) => json(response, 200, { ResponseCode: "7" })],
    ["HTML", (response: ServerResponse) => response.writeHead(503).end("<html>")],
    ["nothing", (response: ServerResponse) => response.end()],
    ["a reset", (response: ServerResponse) => response.socket?.resetAndDestroy()],
    ["silence", () => undefined],
  ])("answered with %s are unknown, and asked for once", async (_, answer) => {
    const { daraja, heard } = await setUp([answer]);
    expect(await daraja.registerUrls({ ...URLS, whenSilent: "accept" })).toMatchObject({ answer: "unknown" });
    expect(heard).toHaveLength(1);
  });

  test("that meet a busy system are unknown, and the lane slows", async () => {
    const { daraja, seen } = await setUp([busy]);
    expect(await daraja.registerUrls({ ...URLS, whenSilent: "accept" })).toMatchObject({ answer: "unknown" });
    expect(seen.throttled).toEqual(["query"]);
  });

  test("are sent again after a dead token and after throttling", async () => {
    const { daraja, heard } = await setUp([deadToken, spike, spike, registered]);
    expect(await daraja.registerUrls({ ...URLS, whenSilent: "accept" })).toMatchObject({ answer: "accepted" });
    expect(heard).toHaveLength(4);
  });

  test.each([
    [error(400, "400.002.02", "Bad Request - Invalid ConfirmationURL"), "merchant_misconfigured"],
    [error(400, "400.002.02", "Bad Request - Invalid PhoneNumber"), "merchant_misconfigured"],
    [error(500, "500.003.03", "Quota Violation"), "rate_limited"],
    [spike, "rate_limited"],
    [deadToken, "daraja_unavailable"],
  ] as const)("are refused with the reason", async (answer, code) => {
    const { daraja } = await setUp([answer]);
    const came = await daraja.registerUrls({ ...URLS, whenSilent: "accept" });
    expect(came).toMatchObject({ answer: "refused", failure: { code } });
    expect(JSON.stringify(came)).not.toMatch(/(first|second)-token/);
  });

  test("that can't leave are refused with the reason, and nothing is sent", async () => {
    const dead = () => Promise.reject(new TokenUnavailable("merchant_misconfigured", "no"));
    const noSlot = { take: () => Promise.resolve("too_late" as const), throttled: () => Promise.resolve() };
    const cases: [Partial<ClientDeps>, Partial<typeof URLS>, string][] = [
      [{ credentials: () => Promise.reject(new Error("x")) }, {}, "daraja_unavailable"],
      [{}, { confirmationUrl: "https://callbacks.duka.co.ke/mpesa" }, "merchant_misconfigured"],
      [{}, { validationUrl: "http://callbacks.duka.co.ke/x" }, "merchant_misconfigured"],
      [{ token: { get: dead, replace: dead } }, {}, "merchant_misconfigured"],
      [{ slots: noSlot }, {}, "rate_limited"],
      [{ baseUrl: await deadUrl() }, {}, "daraja_unavailable"],
    ];
    for (const [changes, urls, code] of cases) {
      const { daraja, heard, seen } = await setUp([registered], changes);
      expect(await daraja.registerUrls({ ...URLS, ...urls, whenSilent: "accept" })).toEqual({
        answer: "refused",
        failure: { code, resultCode: null, resultDesc: null },
        raw: null,
      });
      expect(heard).toHaveLength(0);
      expect(seen.logs.length).toBeGreaterThan(0);
    }
  });

  test("raise the alarm about a code that nobody knows", async () => {
    const { daraja, seen } = await setUp([error(400, "400.777.01", "New")]);
    await daraja.registerUrls({ ...URLS, whenSilent: "accept" });
    expect(seen.logs).toContainEqual(["daraja.unlisted_code", { operation: "c2b_register", resultCode: "400.777.01" }]);
  });
});

test("an error that tells of a registration is told by code and words, and has a meaning and a source", () => {
  expect(REGISTRATION_ERRORS.map(({ says }) => says)).toEqual(["already", "elsewhere"]);
  for (const { code, words, meaning, source } of REGISTRATION_ERRORS) {
    expect(words.test("Internal Server Error")).toBe(false);
    expect([code, meaning, SOURCES[source]]).not.toContain("");
  }
});
