/**
 * What a reversal's result says. The balance in it is that right after the money left; the charge is nothing, for what
 * the payment cost is not given back.
 */
import { withCents } from "./accounts.ts";
import { genericReceipt } from "./ids.ts";
import type { MpesaResult } from "./mpesa-results.ts";
import { nairobiStamp } from "./nairobi-time.ts";
import { publicName } from "./party-names.ts";
import { resultBodies, text, type Parameter } from "./result-body.ts";
import type { Reversal } from "./reversal.ts";

const REFERENCE: Parameter = [
  "QueueTimeoutURL",
  text("https://internalsandbox.safaricom.co.ke/mpesa/reversalresults/v1/submit"),
];

/** How one reversal ended; `utility` in cents. */
export type ReversalSettlement = {
  readonly result: MpesaResult;
  readonly receipt: string | null;
  readonly atMs: number;
  readonly utility: number;
};

/** The bodies to send, in order. */
export const reversalResultBodies = (reversal: Reversal, settlement: ReversalSettlement): string[] => {
  const { plan } = reversal;
  const balance = withCents(settlement.utility);
  const amount = plan.amount ?? reversal.amount + (plan.amount_offset ?? 0);
  return resultBodies(
    {
      result: settlement.result,
      originatorConversationId: reversal.originatorConversationId,
      conversationId: reversal.conversationId,
      transactionId: settlement.receipt ?? genericReceipt(settlement.atMs),
      parameters: [
        ["DebitAccountBalance", text(`Utility Account|KES|${balance}|${balance}|0.00|0.00`)],
        ["Amount", amount.toFixed(2)],
        ["TransCompletedTime", nairobiStamp(settlement.atMs)],
        ["OriginalTransactionID", text(reversal.originalTransactionId)],
        ["Charge", "0.00"],
        ["CreditPartyPublicName", text(publicName(plan.phone ?? reversal.msisdn ?? ""))],
        ["DebitPartyPublicName", text(`${reversal.shortcode} - ${reversal.organisation}`)],
      ],
      chief: "OriginalTransactionID",
      reference: REFERENCE,
    },
    plan,
  );
};
