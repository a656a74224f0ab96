import { describe, expect, test } from "vitest";
import { initiatorFingerprint } from "../../../functions/daraja/security-credential.ts";
import { deadUrl } from "./loopback.ts";
import { credentials, PASSWORD } from "./client-rig.ts";
import { accepted, CONVERSATION, deadToken, error, ID, PAYOUT, readCredential, setUp, spike } from "./payout-rig.ts";

describe("a payout's release", () => {
  test("is asked once, with the fingerprint of the operator that the request names", async () => {
    const { daraja, heard } = await setUp([deadToken, spike, accepted]);
    const asked: string[] = [];
    const release = (initiator: string) => Promise.resolve(asked.push(initiator) === 1 && heard.length === 0);
    expect(await daraja.b2c({ ...PAYOUT, release })).toMatchObject({ answer: "accepted" });
    expect(asked).toEqual([initiatorFingerprint(credentials)]);
    expect(heard).toHaveLength(3);
  });

  test("that says no withholds it, and nothing is sent", async () => {
    const { daraja, heard } = await setUp([accepted]);
    const release = () => Promise.resolve(false);
    expect(await daraja.b2c({ ...PAYOUT, release })).toEqual({ answer: "withheld" });
    expect(await daraja.transactionStatus({ id: ID, release })).toEqual({ asked: "no", because: "withheld" });
    const receipt = { id: "exc_1", receipt: "SB659DEI29", release };
    expect(await daraja.receiptStatus(receipt)).toEqual({ asked: "no", because: "withheld" });
    expect(await daraja.accountBalance({ id: "bal_1", release })).toEqual({ asked: "no", because: "withheld" });
    expect(heard).toHaveLength(0);
  });

  test("that fails fails the call with its own reason, and nothing is sent", async () => {
    const { daraja, heard } = await setUp([accepted]);
    const release = () => Promise.reject(new Error("the ledger is away"));
    await expect(daraja.b2c({ ...PAYOUT, release })).rejects.toThrow("the ledger is away");
    expect(heard).toHaveLength(0);
  });

  test("is not asked when something is wrong that is not the operator's: that fault is the caller's", async () => {
    const broken = { ...credentials, passkey: undefined as unknown as string };
    const { daraja, heard, seen } = await setUp([accepted], { credentials: () => Promise.resolve(broken) });
    await expect(daraja.b2c(PAYOUT)).rejects.toBeInstanceOf(TypeError);
    expect([heard, seen.logs]).toEqual([[], []]);
  });

  test("is not asked of a payout that can't be sent anyway", async () => {
    const { daraja } = await setUp([accepted], { credentials: () => Promise.reject(new Error("x")) });
    const release = () => Promise.reject(new Error("asked"));
    expect(await daraja.b2c({ ...PAYOUT, release })).toMatchObject({ answer: "turned_away" });
  });
});

describe("a question", () => {
  test("about a payout names it by the id that we gave it", async () => {
    const { daraja, heard, bodies, seen } = await setUp([accepted]);
    expect(await daraja.transactionStatus({ id: ID })).toEqual({ asked: "yes", conversationId: CONVERSATION });
    expect(heard[0]?.path).toBe("/mpesa/transactionstatus/v1/query");
    expect(bodies()[0]).toEqual({
      Initiator: "testapi",
      SecurityCredential: expect.any(String) as unknown,
      CommandID: "TransactionStatusQuery",
      OriginalConversationID: ID,
      PartyA: "600992",
      IdentifierType: "4",
      Remarks: "Status",
      Occasion: "Status",
      ResultURL: `https://callbacks.duka.co.ke/callbacks/v1/status/${ID}/0123`,
      QueueTimeOutURL: `https://callbacks.duka.co.ke/callbacks/v1/status-late/${ID}/0123`,
    });
    expect(readCredential(bodies()[0])).toBe(PASSWORD);
    expect(seen.taken).toEqual(["query"]);
  });

  test("about a receipt names it alone, and is called back under what wanted to know", async () => {
    const { daraja, heard, bodies, seen } = await setUp([accepted]);
    const id = "exc_0123456789abcdfghijknpqrst";
    expect(await daraja.receiptStatus({ id, receipt: "SB659DEI29" })).toMatchObject({ asked: "yes" });
    expect(heard[0]?.path).toBe("/mpesa/transactionstatus/v1/query");
    expect(bodies()[0]).toEqual({
      Initiator: "testapi",
      SecurityCredential: expect.any(String) as unknown,
      CommandID: "TransactionStatusQuery",
      TransactionID: "SB659DEI29",
      PartyA: "600992",
      IdentifierType: "4",
      Remarks: "Status",
      Occasion: "Status",
      ResultURL: `https://callbacks.duka.co.ke/callbacks/v1/receipt/${id}/0123`,
      QueueTimeOutURL: `https://callbacks.duka.co.ke/callbacks/v1/receipt-late/${id}/0123`,
    });
    expect(seen.taken).toEqual(["query"]);
  });

  test("about the accounts is called back under its own id", async () => {
    const { daraja, heard, bodies, seen } = await setUp([accepted]);
    expect(await daraja.accountBalance({ id: "bal_1" })).toMatchObject({ asked: "yes" });
    expect(heard[0]?.path).toBe("/mpesa/accountbalance/v1/query");
    expect(bodies()[0]).toEqual({
      Initiator: "testapi",
      SecurityCredential: expect.any(String) as unknown,
      CommandID: "AccountBalance",
      PartyA: "600992",
      IdentifierType: "4",
      Remarks: "Status",
      ResultURL: "https://callbacks.duka.co.ke/callbacks/v1/balance/bal_1/0123",
      QueueTimeOutURL: "https://callbacks.duka.co.ke/callbacks/v1/balance-late/bal_1/0123",
    });
    expect(seen.taken).toEqual(["query"]);
  });

  test("that is throttled is not repeated: it was not asked", async () => {
    const { daraja, heard, seen } = await setUp([spike]);
    expect(await daraja.transactionStatus({ id: ID })).toEqual({ asked: "no", because: "throttled" });
    expect(heard).toHaveLength(1);
    expect(seen.throttled).toEqual(["query"]);
  });

  test("whose answer is lost was perhaps asked, and one that never left was not", async () => {
    const lost = await setUp([(response) => response.socket?.resetAndDestroy()]);
    expect(await lost.daraja.accountBalance({ id: "bal_1" })).toMatchObject({ asked: "maybe" });
    const dead = await setUp([accepted], { baseUrl: await deadUrl() });
    expect(await dead.daraja.accountBalance({ id: "bal_1" })).toMatchObject({ asked: "no" });
    const bare = await setUp([accepted], { credentials: () => Promise.resolve({ ...credentials, initiator: null }) });
    expect(await bare.daraja.accountBalance({ id: "bal_1" })).toEqual({
      asked: "no",
      because: "initiator_misconfigured",
    });
    expect([dead.heard, bare.heard]).toEqual([[], []]);
  });

  test("answered with a code that nobody knows raises the alarm", async () => {
    const { daraja, seen } = await setUp([error(400, "400.777.01", "New")]);
    expect(await daraja.accountBalance({ id: "bal_1" })).toMatchObject({ asked: "maybe" });
    expect(seen.logs).toContainEqual([
      "daraja.unlisted_code",
      { operation: "account_balance", resultCode: "400.777.01" },
    ]);
  });
});

test("clients that share what they remember of a token replace a doubtful one together", async () => {
  const suspicion = { token: null as string | null, quietUntil: 0 };
  const first = await setUp([(response) => response.writeHead(401).end()], { suspicion });
  const second = await setUp([accepted], { suspicion });
  expect(await first.daraja.b2c(PAYOUT)).toMatchObject({ answer: "unknown" });
  expect(await second.daraja.b2c(PAYOUT)).toMatchObject({ answer: "accepted" });
  expect(second.heard[0]?.headers.authorization).toBe("Bearer second-token");
});
