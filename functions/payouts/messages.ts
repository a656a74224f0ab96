/** What the two queues of payouts carry: names, never facts. Whoever receives one looks at the ledger. */
import * as z from "zod";
import { isBatchId, isPayoutId } from "../domain/ids.ts";

/** A payout that may be due to be sent. */
export const PayoutMessage = z.object({ payout: z.string().refine(isPayoutId) });
export type PayoutMessage = z.infer<typeof PayoutMessage>;

/** A batch that somebody should look after. */
export const BatchMessage = z.object({ batch: z.string().refine(isBatchId) });
export type BatchMessage = z.infer<typeof BatchMessage>;
