/**
 * Bugs for the small scopes, to see whether they are seen there: each takes away one thing that the rules of money rest on.
 */
import { TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { PayoutEvidence } from "../../functions/domain/payout.ts";
import type { PayoutLedger } from "../../functions/store/payout-ledger.ts";
import type { PaymentBug } from "./payment-scope.ts";
import type { PayoutBug } from "./payout-scope.ts";

/** The opening write of a payment without its condition. */
const unconditional = (item: TransactWriteItem): TransactWriteItem => {
  if (item.Put?.Item?.["pk"]?.S?.startsWith("pay_") !== true) return item;
  const { TableName, Item } = item.Put;
  return { Put: { TableName, Item } };
};

export const PAYMENT_BUGS = {
  /** A push whose answer was lost is sent again. */
  "blind retry": {
    daraja: (daraja) => ({
      ...daraja,
      stkPush: async (push) => {
        const answer = await daraja.stkPush(push);
        return answer.answer === "unknown" ? daraja.stkPush(push) : answer;
      },
    }),
  },
  /** The item that is lock, intent and replay is written over. */
  "opening without its condition": {
    dynamo: (send) => (command) =>
      command instanceof TransactWriteItemsCommand
        ? send(
            new TransactWriteItemsCommand({
              ...command.input,
              TransactItems: command.input.TransactItems?.map(unconditional),
            }),
          )
        : send(command),
  },
  /** Safaricom hears 200 before anything is kept. */
  "acknowledged before it is kept": { acknowledgesEarly: true },
  /** A payment that Daraja does not know to be paid yet is taken to have failed. */
  "in progress taken as failure": {
    daraja: (daraja) => ({
      ...daraja,
      stkQuery: async (query) => {
        const answer = await daraja.stkQuery(query);
        if (answer.answer !== "in_progress") return answer;
        const failure = { code: "prompt_expired", resultCode: null, resultDesc: null } as const;
        return { answer: "unpaid", failure, push: null, raw: "{}" };
      },
    }),
  },
} as const satisfies Readonly<Record<string, PaymentBug>>;

/** A finding that says that the payout has come to nothing. */
const ended = (evidence: PayoutEvidence): PayoutEvidence => ({
  ...evidence,
  finding: "unpaid",
  failure: { code: "receiver_limit_exceeded", resultCode: null, resultDesc: null },
  conversationId: null,
});

/** Takes a finding of this kind for the payout's end. */
const believing =
  (finding: PayoutEvidence["finding"]) =>
  (ledger: PayoutLedger): PayoutLedger => ({
    ...ledger,
    record: (id, evidence) => ledger.record(id, evidence.finding === finding ? ended(evidence) : evidence),
  });

export const PAYOUT_BUGS = {
  /** Sent once more under another name, because the first was not answered. */
  "sent again under another name": {
    daraja: (daraja) => ({
      ...daraja,
      b2c: async (payout) => {
        const answer = await daraja.b2c(payout);
        if (answer.answer !== "unknown") return answer;
        return daraja.b2c({ ...payout, payoutId: `${payout.payoutId}-again`, release: () => Promise.resolve(true) });
      },
    }),
  },
  /** M-PESA did not answer Daraja in time, and the payout is called failed. */
  "a queue timeout taken as failure": { ledger: believing("untold") },
  /** Daraja refuses a repeat for its name, and the payout is called failed. */
  "a refused repeat taken as failure": {
    ledger: believing("refused"),
    daraja: (daraja) => ({
      ...daraja,
      b2c: async (payout) => {
        const answer = await daraja.b2c(payout);
        const failure = { code: "unclassified", resultCode: "500.002.1001", resultDesc: null } as const;
        return answer.answer === "went_in" ? { answer: "refused", failure, raw: answer.raw } : answer;
      },
    }),
  },
} as const satisfies Readonly<Record<string, PayoutBug>>;
