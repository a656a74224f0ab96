/**
 * The manual world with a client that pays out: raw B2C, status and balance requests, and a receiver that takes Results
 * apart. Credentials are made as any client makes them, with the certificate that the simulator serves.
 */
import { constants, publicEncrypt } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Outcome } from "../../../../sandbox/daraja/core/exchange.ts";
import type { PayoutView } from "../../../../sandbox/daraja/core/payout.ts";
import type { SimulatorParts } from "../../../../sandbox/daraja/core/simulator.ts";
import { bodyOf, createManualWorld, NOON_MS, payer as numbered, seen, type Json } from "./manual-world.ts";

export const B2C_PATH = "/mpesa/b2c/v3/paymentrequest";
export const B2C_V1_PATH = "/mpesa/b2c/v1/paymentrequest";
export const STATUS_PATH = "/mpesa/transactionstatus/v1/query";
export const BALANCE_PATH = "/mpesa/accountbalance/v1/query";
export const PASSWORD = "Safaricom999!*!";
/** A receiver without a life of its own. */
export const SOMEBODY = "254712000111";
export const AN_HOUR_MS = 3_600_000;
export const ACCEPTED = { status: 200, body: { ResponseCode: "0" } };
export const SPIKE_ARREST = {
  status: 500,
  body: { errorCode: "500.003.02", errorMessage: "Error Occurred: Spike Arrest Violation" },
};

const certificate = readFileSync(
  new URL("../../../../sandbox/daraja/certificate/certificate.pem", import.meta.url),
  "utf8",
);

/** A SecurityCredential for the simulator's certificate. */
export const credentialFor = (password = PASSWORD, padding = constants.RSA_PKCS1_PADDING): string =>
  publicEncrypt({ key: certificate, padding }, Buffer.from(password)).toString("base64");

const CREDENTIAL = credentialFor();

/** A payout that Safaricom would take. */
export const payoutBody = (changes: Json = {}): Json => ({
  OriginatorConversationID: "pay_1",
  InitiatorName: "testapi",
  SecurityCredential: CREDENTIAL,
  CommandID: "BusinessPayment",
  Amount: "1000",
  PartyA: "600992",
  PartyB: SOMEBODY,
  Remarks: "Refund",
  QueueTimeOutURL: "https://shop.example/timeouts/1",
  ResultURL: "https://shop.example/results/1",
  Occassion: "ORDER-1",
  ...changes,
});

const inquiryBody = (command: string, changes: Json): Json => ({
  Initiator: "testapi",
  SecurityCredential: CREDENTIAL,
  CommandID: command,
  PartyA: "600992",
  IdentifierType: "4",
  Remarks: "OK",
  QueueTimeOutURL: "https://shop.example/timeouts/q",
  ResultURL: "https://shop.example/results/q",
  ...changes,
});

/** `50` is 254700000050. */
export const receiver = numbered;

export const createPayoutWorld = (options: Partial<SimulatorParts> = {}) => {
  const world = createManualWorld(options);
  let count = 0;
  const pay = (changes: Json = {}): Promise<Outcome> => {
    count += 1;
    return world.post(B2C_PATH, payoutBody({ OriginatorConversationID: `pay_${count}`, ...changes }));
  };
  const payouts = async (filters = ""): Promise<PayoutView[]> =>
    (await world.control("GET", `transactions?kind=payout&${filters}`)).body?.["data"] as PayoutView[];
  return {
    ...world,
    /** A v3 payout with an id of its own. */
    pay,
    payTo: (number: number, changes: Json = {}) => pay({ PartyB: numbered(number), ...changes }),
    status: (changes: Json) => world.post(STATUS_PATH, inquiryBody("TransactionStatusQuery", changes)),
    balance: (changes: Json = {}) => world.post(BALANCE_PATH, inquiryBody("AccountBalance", changes)),
    payouts,
    /** What a status about this says once its result is there; null when none comes. */
    async lookUp(changes: Json) {
      const before = world.sent.length;
      const answer = await world.post(STATUS_PATH, inquiryBody("TransactionStatusQuery", changes));
      if (seen(answer).status !== 200) throw new Error("the status was not taken");
      await world.clock.advance(10_000);
      const ownId = bodyOf(answer)["OriginatorConversationID"];
      const results = world.sent.slice(before).map(({ request }) => resultIn(request.body));
      return results.find(({ originatorConversationId }) => originatorConversationId === ownId) ?? null;
    },
    /** The Results so far: when each left, in milliseconds after noon, where to, and what it said. */
    results: () =>
      world.sent
        .filter(({ request }) => request.body.startsWith('{"Result":'))
        .map(({ atMs, request }) => ({ atMs, url: request.url, ...resultIn(request.body) })),
    /** What reached QueueTimeOutURL. */
    timeouts: () =>
      world.sent
        .filter(({ request }) => !request.body.startsWith('{"Result":'))
        .map(({ atMs, request }) => ({ atMs, url: request.url, body: JSON.parse(request.body) as Json })),
    utility: async (shortcode = "600992"): Promise<unknown> => {
      const { body } = await world.control("GET", "accounts");
      return (body!["data"] as Json[]).find((account) => account["shortcode"] === shortcode)?.["utility"];
    },
    /** Since noon. */
    elapsed: () => world.clock.now() - NOON_MS,
  };
};

/** A Result taken apart, leniently. */
const resultIn = (body: string) => {
  const { Result } = JSON.parse(body) as { Result: Json & { ResultParameters?: { ResultParameter: unknown } } };
  const found = Result.ResultParameters?.ResultParameter;
  const list = (found === undefined ? [] : Array.isArray(found) ? found : [found]) as {
    Key: string;
    Value?: unknown;
  }[];
  return {
    code: Result["ResultCode"],
    text: Result["ResultDesc"],
    originatorConversationId: Result["OriginatorConversationID"],
    conversationId: Result["ConversationID"],
    transactionId: Result["TransactionID"],
    items: Object.fromEntries(list.map(({ Key, Value }) => [Key, Value])),
  };
};
