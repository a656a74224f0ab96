import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import type { PayoutDarajaDeps } from "../../../functions/daraja/payout-client.ts";
import { TokenUnavailable } from "../../../functions/daraja/token.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { deadUrl, tcpServer } from "./loopback.ts";
import { credentials, PASSWORD, secret } from "./client-rig.ts";
import {
  accepted,
  busy,
  CONVERSATION,
  deadToken,
  duplicate,
  error,
  ID,
  PAYOUT,
  readCredential,
  setUp,
  spike,
} from "./payout-rig.ts";

describe("a payout", () => {
  test("is sent as Safaricom's portal describes it, under the payout's own id", async () => {
    const { daraja, heard, bodies, seen } = await setUp([accepted]);
    expect(await daraja.b2c(PAYOUT)).toMatchObject({ answer: "accepted", conversationId: CONVERSATION });
    expect(heard).toMatchObject([{ method: "POST", path: "/mpesa/b2c/v3/paymentrequest" }]);
    expect(heard[0]?.headers).toMatchObject({ authorization: "Bearer first-token" });
    expect(bodies()[0]).toEqual({
      OriginatorConversationID: ID,
      InitiatorName: "testapi",
      SecurityCredential: expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/) as unknown,
      CommandID: "SalaryPayment",
      Amount: 1500,
      PartyA: "600992",
      PartyB: "254705912645",
      Remarks: "November salary",
      QueueTimeOutURL: `https://callbacks.duka.co.ke/callbacks/v1/b2c-late/${ID}/0123`,
      ResultURL: `https://callbacks.duka.co.ke/callbacks/v1/b2c/${ID}/0123`,
      Occassion: "INV-1001",
    });
    expect(readCredential(bodies()[0])).toBe(PASSWORD);
    expect(seen.taken).toEqual(["bulk"]);
  });

  test.each([
    ["business", "BusinessPayment"],
    ["salary", "SalaryPayment"],
    ["promotion", "PromotionPayment"],
  ] as const)("of kind %s is a %s", async (kind, command) => {
    const { daraja, bodies } = await setUp([accepted]);
    await daraja.b2c({ ...PAYOUT, kind });
    expect(bodies()[0]).toMatchObject({ CommandID: command });
  });

  test.each([
    ["", "Payment"],
    ["x", "Payment"],
    ["ab", "ab"],
    [` ${"a".repeat(100)}`, "a".repeat(100)],
    [" \n ", "Payment"],
    ["Malipo ya Novemba – José & Söhne <b>", "Malipo ya Novemba Jose Sohne b"],
    ["mshahara\r\nwa\tNovemba", "mshahara wa Novemba"],
    ["給料", "Payment"],
    ["a".repeat(150), "a".repeat(100)],
    [`${"a".repeat(99)} b`, "a".repeat(99)],
  ])("with the remarks %j carries %j, of 2 to 100 plain characters", async (remarks, sent) => {
    const { daraja, bodies } = await setUp([accepted]);
    await daraja.b2c({ ...PAYOUT, remarks, occasion: remarks });
    expect(bodies()[0]).toMatchObject({ Remarks: sent, Occassion: sent });
  });

  test("without an occasion repeats its remarks there", async () => {
    const { daraja, bodies } = await setUp([accepted]);
    await daraja.b2c({ ...PAYOUT, occasion: "" });
    expect(bodies()[0]).toMatchObject({ Occassion: "November salary" });
  });

  test("that is sent again after a dead token or throttling is the very same request", async () => {
    for (const first of [deadToken, spike]) {
      const { daraja, heard } = await setUp([first, accepted]);
      expect(await daraja.b2c(PAYOUT)).toMatchObject({ answer: "accepted" });
      expect(heard).toHaveLength(2);
      expect(heard[1]?.body).toBe(heard[0]?.body);
    }
  });

  test("that is throttled twice is turned away: not taken, and later makes sense", async () => {
    const { daraja, heard, seen } = await setUp([spike]);
    expect(await daraja.b2c(PAYOUT)).toMatchObject({
      answer: "turned_away",
      failure: { code: "rate_limited", resultCode: "500.003.02" },
    });
    expect(heard).toHaveLength(2);
    expect(seen.throttled).toEqual(["bulk", "bulk"]);
  });

  test("whose second token is dead too is turned away, without a token in its text", async () => {
    const { daraja } = await setUp([deadToken]);
    const answer = await daraja.b2c(PAYOUT);
    expect(answer).toMatchObject({ answer: "turned_away", failure: { code: "daraja_unavailable" } });
    expect(JSON.stringify(answer)).not.toMatch(/(first|second)-token/);
  });

  test("that Daraja has already is said to have gone in, also when the first try of this call was throttled", async () => {
    const { daraja } = await setUp([duplicate]);
    expect(await daraja.b2c(PAYOUT)).toMatchObject({ answer: "went_in" });
    const throttled = await setUp([spike, duplicate]);
    expect(await throttled.daraja.b2c(PAYOUT)).toMatchObject({ answer: "went_in" });
  });

  test("that meets a busy system is unknown, sent once, and slows its lane", async () => {
    const { daraja, heard, seen } = await setUp([busy, accepted]);
    expect(await daraja.b2c(PAYOUT)).toMatchObject({ answer: "unknown" });
    expect(heard).toHaveLength(1);
    expect(seen.throttled).toEqual(["bulk"]);
  });

  test.each([
    ["a 503 with HTML", (response: ServerResponse) => response.writeHead(503).end("<html>Incapsula</html>")],
    ["an empty 200", (response: ServerResponse) => response.end()],
    ["a reset", (response: ServerResponse) => response.socket?.resetAndDestroy()],
    ["silence", () => undefined],
  ])("answered with %s is unknown and not sent again", async (_, answer) => {
    const { daraja, heard } = await setUp([answer, accepted]);
    expect(await daraja.b2c(PAYOUT)).toMatchObject({ answer: "unknown" });
    expect(heard).toHaveLength(1);
  });

  test("to a server that hangs up is unknown", async () => {
    const baseUrl = await tcpServer((socket) => socket.once("data", () => socket.end()));
    const { daraja } = await setUp([accepted], { baseUrl });
    expect(await daraja.b2c(PAYOUT)).toMatchObject({ answer: "unknown", raw: null });
  });

  test("that is refused says why in our words and in Safaricom's", async () => {
    const { daraja } = await setUp([error(400, "400.002.02", "Bad Request - Invalid PartyB")]);
    expect(await daraja.b2c(PAYOUT)).toMatchObject({
      answer: "refused",
      failure: { code: "invalid_receiver", resultCode: "400.002.02" },
    });
  });

  test("that can't leave is turned away with the reason, and nothing is sent", async () => {
    const failing = (failure: TokenUnavailable["failure"]) => () => Promise.reject(new TokenUnavailable(failure, "no"));
    const without = (fields: Record<string, undefined | string>) => () =>
      Promise.resolve(Credentials.parse({ ...secret, ...fields }));
    const token = (failure: TokenUnavailable["failure"]) => ({ get: failing(failure), replace: failing(failure) });
    const cases: [Partial<PayoutDarajaDeps>, string][] = [
      [{ credentials: without({ initiator_certificate: undefined }) }, "initiator_misconfigured"],
      [{ credentials: without({ initiator_certificate: "not PEM" }) }, "initiator_misconfigured"],
      [{ credentials: without({ initiator_password: "x".repeat(300) }) }, "initiator_misconfigured"],
      [{ credentials: () => Promise.reject(new Error("x")) }, "daraja_unavailable"],
      [{ callbackUrl: () => Promise.reject(new Error("x")) }, "daraja_unavailable"],
      [{ callbackUrl: () => Promise.resolve("https://x.co.ke/mpesa") }, "shortcode_misconfigured"],
      [{ token: token("merchant_misconfigured") }, "shortcode_misconfigured"],
      [{ token: token("rate_limited") }, "rate_limited"],
      [{ token: token("daraja_unavailable") }, "daraja_unavailable"],
      [{ slots: { take: () => Promise.resolve("too_late"), throttled: () => Promise.resolve() } }, "rate_limited"],
      [{ baseUrl: await deadUrl() }, "daraja_unavailable"],
    ];
    for (const [changes, code] of cases) {
      const { daraja, heard, seen } = await setUp([accepted], changes);
      expect(await daraja.b2c(PAYOUT)).toEqual({
        answer: "turned_away",
        failure: { code, resultCode: null, resultDesc: null },
        raw: null,
      });
      expect(heard).toHaveLength(0);
      expect(seen.logs.length).toBeGreaterThan(0);
    }
  });

  test("without an operator says in the log which fields are missing", async () => {
    const lacking = Credentials.parse({ ...secret, initiator_password: undefined, initiator_certificate: undefined });
    const { daraja, seen } = await setUp([accepted], { credentials: () => Promise.resolve(lacking) });
    await daraja.b2c(PAYOUT);
    expect(seen.logs).toEqual([
      [
        "daraja.not_sent",
        { operation: "b2c", because: "the Daraja secret lacks initiator_password, initiator_certificate" },
      ],
    ]);
  });

  test("with cents is a mistake of ours and thrown before anything is sent", async () => {
    const { daraja, heard } = await setUp([accepted]);
    const cents = shillings(1);
    await expect(daraja.b2c({ ...PAYOUT, amount: (cents + 1) as typeof cents })).rejects.toBeInstanceOf(RangeError);
    expect(heard).toHaveLength(0);
  });

  test("follows an operator that changed, without a new process", async () => {
    let current = credentials;
    const { daraja, bodies } = await setUp([accepted], { credentials: () => Promise.resolve(current) });
    await daraja.b2c(PAYOUT);
    await daraja.b2c(PAYOUT);
    current = Credentials.parse({ ...secret, initiator_name: "newapi", initiator_password: "new-password" });
    await daraja.b2c(PAYOUT);
    const [first, second, third] = bodies();
    expect(second?.["SecurityCredential"]).toBe(first?.["SecurityCredential"]);
    expect(third).toMatchObject({ InitiatorName: "newapi" });
    expect(readCredential(third)).toBe("new-password");
  });

  test("leaves no token, phone, secret, credential or id in the log", async () => {
    const { daraja, seen, bodies } = await setUp([deadToken, spike, accepted]);
    await daraja.b2c(PAYOUT);
    await daraja.accountBalance({ id: "bal_1" });
    const logged = JSON.stringify(seen.logs);
    expect(logged).toContain("daraja.called");
    const credential = bodies()[0]!["SecurityCredential"]!;
    for (const hidden of ["first-token", "second-token", "705912645", "hush", PASSWORD, credential, ID])
      expect(logged).not.toContain(hidden);
  });
});
