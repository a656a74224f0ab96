/**
 * The manual world with a business that registered for its customers' payments: raw C2B, pull and reversal requests, and
 * what was said to the business, taken apart.
 */
import type { MenuPaymentView } from "../../../../sandbox/daraja/core/menu-payment.ts";
import type { SimulatorParts } from "../../../../sandbox/daraja/core/simulator.ts";
import { credentialFor, createPayoutWorld } from "./payout-world.ts";
import type { Json } from "./manual-world.ts";

export const REGISTER_PATH = "/mpesa/c2b/v2/registerurl";
const SIMULATE_PATH = "/mpesa/c2b/v2/simulate";
export const REVERSAL_PATH = "/mpesa/reversal/v1/request";
const CONFIRMATION_URL = "https://shop.example/confirmations/1";
const VALIDATION_URL = "https://shop.example/validations/1";
const PAYBILL = "174379";
const CUSTOMER = "254712345678";

const CREDENTIAL = credentialFor();

export const registration = (changes: Json = {}): Json => ({
  ShortCode: PAYBILL,
  ResponseType: "Completed",
  ConfirmationURL: CONFIRMATION_URL,
  ValidationURL: VALIDATION_URL,
  ...changes,
});

const simulation = (changes: Json = {}): Json => ({
  ShortCode: 174379,
  CommandID: "CustomerPayBillOnline",
  Amount: 1500,
  Msisdn: Number(CUSTOMER),
  BillRefNumber: "INV-7",
  ...changes,
});

export const reversalBody = (changes: Json = {}): Json => ({
  Initiator: "testapi",
  SecurityCredential: CREDENTIAL,
  CommandID: "TransactionReversal",
  Amount: "1500",
  ReceiverParty: PAYBILL,
  RecieverIdentifierType: "11",
  Remarks: "Payment reversal",
  QueueTimeOutURL: "https://shop.example/timeouts/r",
  ResultURL: "https://shop.example/results/r",
  ...changes,
});

export const createC2bWorld = (options: Partial<SimulatorParts> = {}) => {
  const world = createPayoutWorld(options);
  const accept = { status: 200, body: '{"ResultCode":"0","ResultDesc":"Accepted"}' };
  world.receiver.answer = () => Promise.resolve(accept);
  const said = (url: string) =>
    world.sent
      .filter(({ request }) => request.url === url)
      .map(({ atMs, request }) => ({ atMs, body: JSON.parse(request.body) as Json }));
  /** A customer pays from the phone's menu, and lets `waitMs` pass. */
  const pay = async (changes: Json = {}, waitMs = 10_000) => {
    const order = { shortcode: PAYBILL, reference: "INV-7", amount: 1500, msisdn: CUSTOMER, ...changes };
    const answer = await world.control("POST", "c2b", order);
    await world.clock.advance(waitMs);
    return answer;
  };
  const list = async (filters = ""): Promise<MenuPaymentView[]> =>
    (await world.control("GET", `transactions?kind=c2b&${filters}`)).body?.["data"] as MenuPaymentView[];
  return {
    ...world,
    register: (changes: Json = {}, path = REGISTER_PATH) => world.post(path, registration(changes)),
    simulate: (changes: Json = {}, path = SIMULATE_PATH) => world.post(path, simulation(changes)),
    pay,
    /** Pays, and gives the receipt. */
    async paid(changes: Json = {}): Promise<string> {
      const id = String((await pay(changes)).body?.["transaction_id"]);
      const [payment] = await list(`receipt=${id}`);
      if (payment?.state !== "paid") throw new Error("the payment was not made");
      return id;
    },
    list,
    validations: () => said(VALIDATION_URL),
    confirmations: () => said(CONFIRMATION_URL),
    reverse: (changes: Json) => world.post(REVERSAL_PATH, reversalBody(changes)),
    pullRegister: (changes: Json = {}) =>
      world.post("/pulltransactions/v1/register", {
        ShortCode: PAYBILL,
        RequestType: "Pull",
        NominatedNumber: "0722000000",
        CallBackURL: "https://shop.example/pull",
        ...changes,
      }),
    pull: (changes: Json = {}) =>
      world.post("/pulltransactions/v1/query", {
        ShortCode: PAYBILL,
        StartDate: "2026-09-20 00:00:00",
        EndDate: "2026-09-30 00:00:00",
        OffSetValue: "0",
        ...changes,
      }),
    answerValidation(answer: () => Promise<{ status: number; body?: string }>): void {
      world.receiver.answer = (request) => (request.url === VALIDATION_URL ? answer() : Promise.resolve(accept));
    },
  };
};
