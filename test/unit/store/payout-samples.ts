/** Typical payouts and batches, what Daraja says about them, and a way to where a test begins. */
import { randomUUID } from "node:crypto";
import type { FrozenRows, NewBatch } from "../../../functions/domain/batch.ts";
import { transactionId } from "../../../functions/domain/ids.ts";
import { shillings } from "../../../functions/domain/money.ts";
import type {
  BatchPlace,
  Payout,
  PayoutEvidence,
  PayoutFinding,
  PayoutIntent,
} from "../../../functions/domain/payout.ts";
import type { Claim } from "../../../functions/store/payout-ledger.ts";
import { NOW } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { freshPhone } from "./samples.ts";

const SHORTCODE = "600992";
export const DIGEST = "d1".repeat(32);

/** A payout of its own. */
export const payoutIntent = (overrides: Partial<PayoutIntent> = {}): PayoutIntent => {
  const key = randomUUID();
  return {
    id: transactionId("pyo", { storefront: "storefront", operation: "start_payout", key }),
    storefront: "storefront",
    shortcode: SHORTCODE,
    kind: "business",
    amount: shillings(1500),
    phone: freshPhone(),
    reference: "REFUND-4711",
    remarks: "Refund of order 4711",
    metadata: { order_id: "4711" },
    fingerprint: "ab".repeat(32),
    openedBy: "key:key_0123456789abcdfghijknpqrstuvwxyz",
    requestId: randomUUID(),
    createdAt: NOW,
    batch: null,
    checkAt: NOW + 30_000,
    ...overrides,
  };
};

export const batchId = (): string =>
  transactionId("bat", { storefront: "storefront", operation: "start_batch", key: randomUUID() });

export const placeIn = (batch: string, position: number, generation = 0): BatchPlace => ({
  id: batch,
  digest: DIGEST,
  position,
  row: position,
  generation,
});

/** The payout of one row. */
export const rowIntent = (place: BatchPlace, overrides: Partial<PayoutIntent> = {}): PayoutIntent => {
  const key = `${place.id}/${place.position}/${place.generation}`;
  const id = transactionId("pyo", { storefront: "storefront", operation: "batch_row", key });
  return payoutIntent({
    id,
    kind: "salary",
    reference: "PAYROLL-11",
    remarks: "",
    metadata: {},
    fingerprint: DIGEST,
    batch: place,
    checkAt: null,
    ...overrides,
  });
};

type Provenance = Pick<PayoutEvidence, "source" | "at" | "by" | "requestId" | "raw">;

export const said = (finding: PayoutFinding, from: Partial<Provenance> = {}): PayoutEvidence => ({
  source: "callback",
  at: NOW + 12_345,
  by: "safaricom",
  requestId: randomUUID(),
  raw: null,
  ...from,
  ...finding,
});

export const conversationOf = ({ id }: Pick<PayoutIntent, "id">): string => `AG_20261121_2010${id.slice(-16)}`;

export const taken = (asked: PayoutIntent): PayoutEvidence => {
  const conversationId = conversationOf(asked);
  const raw = JSON.stringify({
    ConversationID: conversationId,
    OriginatorConversationID: asked.id,
    ResponseCode: "0",
    ResponseDescription: "Accept the service request successfully.",
  });
  return said({ finding: "accepted", conversationId }, { source: "submit", at: NOW + 800, raw });
};

/** The result as M-PESA posts it. */
export const resultText = (asked: PayoutIntent, receipt: string): string => {
  const parameter = [
    { Key: "TransactionAmount", Value: asked.amount / 100 },
    { Key: "TransactionReceipt", Value: receipt },
    { Key: "ReceiverPartyPublicName", Value: `${asked.phone} - NICHOLAS JOHN SONGOK` },
    { Key: "TransactionCompletedDateTime", Value: "21.11.2026 12:00:12" },
    { Key: "B2CUtilityAccountAvailableFunds", Value: 8_959_269.6 },
    { Key: "B2CWorkingAccountAvailableFunds", Value: 1_199_371 },
    { Key: "B2CRecipientIsRegisteredCustomer", Value: "Y" },
    { Key: "B2CChargesPaidAccountAvailableFunds", Value: -1980 },
  ];
  const url = "https://internalsandbox.safaricom.co.ke/mpesa/b2cresults/v1/submit";
  return JSON.stringify({
    Result: {
      ResultType: 0,
      ResultCode: 0,
      ResultDesc: "The service request is processed successfully.",
      OriginatorConversationID: asked.id,
      ConversationID: conversationOf(asked),
      TransactionID: receipt,
      ResultParameters: { ResultParameter: parameter },
      ReferenceData: { ReferenceItem: { Key: "QueueTimeoutURL", Value: url } },
    },
  });
};

type Paid = Extract<PayoutEvidence, { finding: "paid" }>;

export const paidOut = (asked: PayoutIntent, receipt: string, overrides: Partial<Paid> = {}): PayoutEvidence => ({
  ...said({
    finding: "paid",
    receipt,
    amount: asked.amount,
    phone: asked.phone,
    conversationId: conversationOf(asked),
    paidAt: NOW + 12_000,
  }),
  finding: "paid",
  receipt,
  amount: asked.amount,
  phone: asked.phone,
  conversationId: conversationOf(asked),
  paidAt: NOW + 12_000,
  raw: resultText(asked, receipt),
  ...overrides,
});

type Code = "receiver_not_registered" | "float_too_low" | "initiator_locked" | "unclassified";

export const notPaid = (asked: PayoutIntent, code: Code = "receiver_not_registered"): PayoutEvidence =>
  said(
    {
      finding: "unpaid",
      failure: { code, resultCode: "2040", resultDesc: "Not registered" },
      conversationId: conversationOf(asked),
    },
    { raw: `{"Result":{"ResultCode":2040,"OriginatorConversationID":"${asked.id}","as":"${code}"}}` },
  );

export const unknownEnd = said({ finding: "unknown", because: "timeout" }, { source: "submit" });

export const claimAs = (how: Claim["how"] = "first", at = NOW + 500): Claim => ({
  how,
  at,
  by: "clock",
  requestId: randomUUID(),
  checkAt: at + 60_000,
});

/** The payout as it is now. */
export const payoutOf = async (test: TestLedger, { id }: { readonly id: string }): Promise<Payout> => {
  const payout = await test.payouts.read(id);
  if (!payout) throw new Error(`there is no payout ${id}`);
  return payout;
};

/** A payout that somebody is sending; the calls counted so far are forgotten. */
export const sending = async (test: TestLedger, asked: PayoutIntent = payoutIntent()): Promise<PayoutIntent> => {
  if (asked.batch === null) await test.payouts.open(asked);
  else await test.payouts.openRows([asked]);
  const claimed = await test.payouts.claim(await payoutOf(test, asked), claimAs());
  if (!claimed) throw new Error("the claim was refused");
  test.calls.length = 0;
  return asked;
};

export const frozen = (overrides: Partial<FrozenRows> = {}): FrozenRows => ({
  digest: DIGEST,
  count: 3,
  total: shillings(4500),
  largest: shillings(1500),
  file: "batches/one/rows.ndjson.gz",
  rejected: 1,
  rejectedFile: "batches/one/rejected.csv",
  warnings: ["Check row 3."],
  approvalsNeeded: 1,
  ...overrides,
});

export const newBatch = (overrides: Partial<NewBatch> = {}): NewBatch => ({
  id: batchId(),
  storefront: "storefront",
  shortcode: SHORTCODE,
  kind: "salary",
  reference: "PAYROLL-11",
  allowDuplicates: false,
  fingerprint: "cd".repeat(32),
  createdBy: "key_0123456789abcdfghijknpqrstuvwxyz",
  requestId: randomUUID(),
  createdAt: NOW,
  rows: frozen(),
  ...overrides,
});
