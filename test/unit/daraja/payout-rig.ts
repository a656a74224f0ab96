/** A payout client of a server whose answers are made to order. */
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import { createPayoutDaraja } from "../../../functions/daraja/payout-client.ts";
import type { PayoutDarajaDeps } from "../../../functions/daraja/payout-client.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import { createCredentialReader } from "../../../sandbox/daraja/core/security-credential.ts";
import { httpServer, json } from "./loopback.ts";

export const PASSWORD = "Safaricom999!*!";
const CERTIFICATE = readFileSync(
  new URL("../../../sandbox/daraja/certificate/certificate.pem", import.meta.url),
  "utf8",
);
export const secret = {
  consumer_key: "key",
  consumer_secret: "hush",
  shortcode: "600992",
  passkey: "passkey-of-the-shortcode",
  transaction_type: "CustomerPayBillOnline",
  initiator_name: "testapi",
  initiator_password: PASSWORD,
  initiator_certificate: CERTIFICATE,
};
export const credentials = Credentials.parse(secret);
export const ID = "pyo_0123456789abcdfghijknpqrst";
export const PAYOUT = {
  payoutId: ID,
  amount: shillings(1500),
  phone: Msisdn.parse("254705912645"),
  kind: "salary",
  remarks: "November salary",
  occasion: "INV-1001",
} as const;
export const CONVERSATION = "AG_20240706_20106e9209f64bebd05b";

export const accepted = (response: ServerResponse) =>
  json(response, 200, { ConversationID: CONVERSATION, OriginatorConversationID: ID, ResponseCode: "0" });
export const error = (status: number, errorCode: string, errorMessage: string) => (response: ServerResponse) =>
  json(response, status, { requestId: "r", errorCode, errorMessage });
export const spike = error(500, "500.003.02", "Error Occurred: Spike Arrest Violation");
export const busy = error(500, "500.003.02", "System is busy. Please try again in few minutes.");
export const duplicate = error(500, "500.002.1001", "Duplicate OriginatorConversationID.");
/** As B2C says it, the token repeated. */
export const deadToken = (response: ServerResponse) => {
  const { authorization = "" } = response.req.headers;
  const token = authorization.replace("Bearer ", "");
  error(401, "401.002.01", `Error Occurred - Invalid Access Token - ${token}`)(response);
};

/** A client of a server that gives `answers` in turn, the last one for ever; time stands still unless it waits. */
export const setUp = async (
  answers: ((response: ServerResponse) => void)[],
  changes: Partial<PayoutDarajaDeps> = {},
) => {
  let next = 0;
  const { url, heard } = await httpServer((_, response) => {
    const answer = answers[Math.min(next, answers.length - 1)]!;
    next += 1;
    answer(response);
  });
  const seen = { now: 0, taken: [] as string[], throttled: [] as string[], logs: [] as unknown[] };
  const daraja = createPayoutDaraja({
    environment: "production",
    baseUrl: url,
    credentials: () => Promise.resolve(credentials),
    token: { get: () => Promise.resolve("first-token"), replace: () => Promise.resolve("second-token") },
    slots: {
      take: (lane) => {
        seen.taken.push(lane);
        return Promise.resolve("go");
      },
      throttled: (lane) => {
        seen.throttled.push(lane);
        return Promise.resolve();
      },
    },
    fetch,
    clock: { now: () => seen.now },
    wait: (ms) => {
      seen.now += ms;
      return Promise.resolve();
    },
    random: () => 0.5,
    callbackUrl: (kind, id) => Promise.resolve(`https://callbacks.duka.co.ke/callbacks/v1/${kind}/${id}/0123`),
    log: (code, facts) => seen.logs.push([code, facts]),
    time: { payout: { attemptMs: 500, totalMs: 10_000 }, ask: { attemptMs: 500, totalMs: 10_000 } },
    ...changes,
  });
  return { daraja, heard, seen, bodies: () => heard.map(({ body }) => JSON.parse(body) as Record<string, string>) };
};

/** The password inside a request. */
export const readCredential = (body: Record<string, string> | undefined) =>
  createCredentialReader()(body?.["SecurityCredential"] ?? "");
