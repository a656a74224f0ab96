/**
 * What a payout's result says. The balances in it are those right after the money left.
 */
import { withCents, type Funds } from "./accounts.ts";
import { genericReceipt } from "./ids.ts";
import { dottedStamp } from "./nairobi-time.ts";
import { publicName } from "./party-names.ts";
import type { Payout } from "./payout.ts";
import { resultBodies, text, type Parameter } from "./result-body.ts";
import type { MpesaResult } from "./mpesa-results.ts";

const REFERENCE: Parameter = [
  "QueueTimeoutURL",
  text("https://internalsandbox.safaricom.co.ke/mpesa/b2cresults/v1/submit"),
];

/** How one payout ended. */
export type PayoutSettlement = {
  readonly result: MpesaResult;
  /** Null when no money moved. */
  readonly receipt: string | null;
  readonly atMs: number;
  readonly funds: Funds;
};

/** The bodies to send for one settlement, in order. */
export const payoutResultBodies = (payout: Payout, settlement: PayoutSettlement): string[] => {
  const { plan } = payout;
  const receipt = plan.receipt ?? settlement.receipt ?? genericReceipt(settlement.atMs);
  const amount = plan.amount ?? payout.amount + (plan.amount_offset ?? 0);
  const { utility, working, chargesPaid } = settlement.funds;
  return resultBodies(
    {
      result: settlement.result,
      originatorConversationId: payout.originatorConversationId,
      conversationId: payout.conversationId,
      transactionId: receipt,
      parameters: [
        ["TransactionAmount", String(amount)],
        ["TransactionReceipt", text(receipt)],
        ["ReceiverPartyPublicName", text(publicName(plan.phone ?? payout.msisdn))],
        ["TransactionCompletedDateTime", text(dottedStamp(settlement.atMs))],
        ["B2CUtilityAccountAvailableFunds", withCents(utility)],
        ["B2CWorkingAccountAvailableFunds", withCents(working)],
        ["B2CRecipientIsRegisteredCustomer", text("Y")],
        ["B2CChargesPaidAccountAvailableFunds", withCents(chargesPaid)],
      ],
      chief: "TransactionReceipt",
      reference: REFERENCE,
    },
    plan,
  );
};
