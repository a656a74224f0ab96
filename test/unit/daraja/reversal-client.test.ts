import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import type { ClientDeps } from "../../../functions/daraja/client-call.ts";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import { createReversalDaraja } from "../../../functions/daraja/reversal-client.ts";
import { initiatorFingerprint } from "../../../functions/daraja/security-credential.ts";
import { TokenUnavailable } from "../../../functions/daraja/token.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { clientRig, credentials, PASSWORD, secret } from "./client-rig.ts";
import { deadUrl, tcpServer } from "./loopback.ts";
import { accepted, busy, CONVERSATION, deadToken, duplicate, error, readCredential, spike } from "./payout-rig.ts";

const ID = "rfd_0123456789abcdfghijknpqrst";
const REVERSAL = { refundId: ID, receipt: "PDU91HIVIT", amount: shillings(200) };
const urlOf = (kind: string, id: string) => `https://callbacks.duka.co.ke/callbacks/v1/${kind}/${id}/0123`;
const callbackUrl: ClientDeps["callbackUrl"] = (kind, id) => Promise.resolve(urlOf(kind, id));
/** Hands out an address that Daraja refuses, in the place of one kind. */
const refusedFor =
  (refused: string): ClientDeps["callbackUrl"] =>
  (kind, id) =>
    Promise.resolve(urlOf(kind === refused ? "sql" : kind, id));

const setUp = async (answers: ((response: ServerResponse) => void)[], changes: Partial<ClientDeps> = {}) => {
  const rig = await clientRig(answers, { callbackUrl, ...changes });
  return { ...rig, daraja: createReversalDaraja(rig.deps) };
};

describe("a reversal", () => {
  test("is sent as Safaricom's portal describes it, misspelling included, in the lane of payouts", async () => {
    const { daraja, heard, bodies, seen } = await setUp([accepted]);
    expect(await daraja.reverse(REVERSAL)).toMatchObject({ answer: "accepted", conversationId: CONVERSATION });
    expect(heard).toMatchObject([{ method: "POST", path: "/mpesa/reversal/v1/request" }]);
    expect(bodies()[0]).toEqual({
      Initiator: "testapi",
      SecurityCredential: expect.any(String) as unknown,
      CommandID: "TransactionReversal",
      TransactionID: "PDU91HIVIT",
      Amount: "200",
      ReceiverParty: "600992",
      RecieverIdentifierType: "11",
      ResultURL: urlOf("reversal", ID),
      QueueTimeOutURL: urlOf("reversal-late", ID),
      Remarks: ID,
    });
    expect(readCredential(bodies()[0])).toBe(PASSWORD);
    expect(seen.taken).toEqual(["bulk"]);
  });

  test("names the till that the payment went to", async () => {
    const till = Credentials.parse({ ...secret, transaction_type: "CustomerBuyGoodsOnline", till: "5123456" });
    const { daraja, bodies } = await setUp([accepted], { credentials: () => Promise.resolve(till) });
    await daraja.reverse(REVERSAL);
    expect(bodies()[0]).toMatchObject({ ReceiverParty: "5123456" });
  });

  test.each([
    ["a 503 with HTML", (response: ServerResponse) => response.writeHead(503).end("<html>Incapsula</html>")],
    ["an internal error", error(500, "500.003.1001", "Internal Server Error")],
    ["a code that says anything", error(500, "500.001.1001", "Unable to lock subscriber")],
    ["a code that nobody knows", error(400, "400.777.01", "New")],
    ["the name of a repeat", duplicate],
    ["an empty 200", (response: ServerResponse) => response.end()],
    ["a reset", (response: ServerResponse) => response.socket?.resetAndDestroy()],
    ["silence", () => undefined],
  ])("answered with %s is unknown, and never sent again", async (_, answer) => {
    const { daraja, heard } = await setUp([answer, accepted]);
    expect(await daraja.reverse(REVERSAL)).toMatchObject({ answer: "unknown" });
    expect(heard).toHaveLength(1);
  });

  test("to a server that hangs up is unknown", async () => {
    const baseUrl = await tcpServer((socket) => socket.once("data", () => socket.end()));
    const { daraja } = await setUp([accepted], { baseUrl });
    expect(await daraja.reverse(REVERSAL)).toMatchObject({ answer: "unknown", raw: null });
  });

  test("that meets a busy system is unknown, sent once, and slows its lane", async () => {
    const { daraja, heard, seen } = await setUp([busy, accepted]);
    expect(await daraja.reverse(REVERSAL)).toMatchObject({ answer: "unknown" });
    expect(heard).toHaveLength(1);
    expect(seen.throttled).toEqual(["bulk"]);
  });

  test("is sent again on proof that M-PESA never saw it, and is the very same request", async () => {
    for (const first of [deadToken, spike]) {
      const { daraja, heard } = await setUp([first, accepted]);
      expect(await daraja.reverse(REVERSAL)).toMatchObject({ answer: "accepted" });
      expect(heard).toHaveLength(2);
      expect(heard[1]?.body).toBe(heard[0]?.body);
    }
  });

  test.each([
    ["Bad Request - Invalid TransactionID", "invalid_original"],
    ["Bad Request - Invalid Transaction ID", "invalid_original"],
    ["Bad Request - Invalid Amount", "amount_out_of_range"],
    ["Bad Request - Invalid Initiator", "initiator_misconfigured"],
    ["Bad Request - Invalid ReceiverParty", "shortcode_misconfigured"],
    ["Bad Request - Invalid PartyB", "shortcode_misconfigured"],
  ])("refused with %j has the failure %s", async (message, code) => {
    const { daraja } = await setUp([error(400, "400.002.02", message)]);
    expect(await daraja.reverse(REVERSAL)).toMatchObject({ answer: "refused", failure: { code, resultDesc: message } });
  });

  test("that the gateway keeps turning away may be sent later, and no token is left in its text", async () => {
    for (const [answer, code] of [
      [spike, "rate_limited"],
      [deadToken, "daraja_unavailable"],
    ] as const) {
      const { daraja, heard } = await setUp([answer]);
      const came = await daraja.reverse(REVERSAL);
      expect(came).toMatchObject({ answer: "turned_away", failure: { code } });
      expect(JSON.stringify(came)).not.toMatch(/(first|second)-token/);
      expect(heard).toHaveLength(2);
    }
  });

  test("that can't leave is turned away with the reason, and nothing is sent", async () => {
    const without = (fields: Record<string, undefined | string>) => () =>
      Promise.resolve(Credentials.parse({ ...secret, ...fields }));
    const dead = () => Promise.reject(new TokenUnavailable("merchant_misconfigured", "no"));
    const cases: [Parameters<typeof setUp>[1], string][] = [
      [{ credentials: without({ initiator_certificate: undefined }) }, "initiator_misconfigured"],
      [{ credentials: without({ initiator_certificate: "not PEM" }) }, "initiator_misconfigured"],
      [{ credentials: () => Promise.reject(new Error("x")) }, "daraja_unavailable"],
      [{ callbackUrl: () => Promise.reject(new Error("x")) }, "daraja_unavailable"],
      [{ callbackUrl: refusedFor("reversal") }, "shortcode_misconfigured"],
      [{ callbackUrl: refusedFor("reversal-late") }, "shortcode_misconfigured"],
      [{ token: { get: dead, replace: dead } }, "shortcode_misconfigured"],
      [{ slots: { take: () => Promise.resolve("too_late"), throttled: () => Promise.resolve() } }, "rate_limited"],
      [{ baseUrl: await deadUrl() }, "daraja_unavailable"],
    ];
    for (const [changes, code] of cases) {
      const { daraja, heard, seen } = await setUp([accepted], changes);
      const came = await daraja.reverse(REVERSAL);
      expect(came).toMatchObject({ failure: { code, resultCode: null, resultDesc: null }, raw: null });
      expect(came.answer).toBe("turned_away");
      expect(heard).toHaveLength(0);
      expect(seen.logs.length).toBeGreaterThan(0);
    }
  });

  test("is released once, by the operator that it names, and withheld when the release says no", async () => {
    const { daraja } = await setUp([spike, accepted]);
    const asked: string[] = [];
    const release = (initiator: string) => Promise.resolve(asked.push(initiator) > 0);
    expect(await daraja.reverse({ ...REVERSAL, release })).toMatchObject({ answer: "accepted" });
    expect(asked).toEqual([initiatorFingerprint(credentials)]);
    const withheld = await setUp([accepted]);
    expect(await withheld.daraja.reverse({ ...REVERSAL, release: () => Promise.resolve(false) })).toEqual({
      answer: "withheld",
    });
    expect(withheld.heard).toHaveLength(0);
  });

  test("with cents is a mistake of ours and thrown before anything is sent", async () => {
    const { daraja, heard } = await setUp([accepted]);
    const amount = (REVERSAL.amount + 1) as typeof REVERSAL.amount;
    await expect(daraja.reverse({ ...REVERSAL, amount })).rejects.toBeInstanceOf(RangeError);
    expect(heard).toHaveLength(0);
  });

  test("leaves no token, secret, credential, receipt or id in the log", async () => {
    const { daraja, seen, bodies } = await setUp([deadToken, spike, accepted]);
    await daraja.reverse(REVERSAL);
    const logged = JSON.stringify(seen.logs);
    expect(logged).toContain("daraja.called");
    for (const hidden of [
      "first-token",
      "second-token",
      PASSWORD,
      bodies()[0]!["SecurityCredential"]!,
      ID,
      "PDU91HIVIT",
    ])
      expect(logged).not.toContain(hidden);
  });
});
