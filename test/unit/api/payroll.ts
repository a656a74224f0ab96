/** Batches on the desk of finance-desk.ts, brought to where a test begins: approved, under way, some of their rows ended. */
import { ROUTES } from "../../../functions/api/contract.ts";
import type { Batch, BatchEvent } from "../../../functions/domain/batch.ts";
import { decideBatch } from "../../../functions/domain/decide-batch.ts";
import type { PayoutIntent } from "../../../functions/domain/payout.ts";
import { frozenRows } from "../../../functions/payouts/batch-files.ts";
import { payoutRowId } from "../../../functions/payouts/row-id.ts";
import { claimAs, notPaid, paidOut } from "../store/payout-samples.ts";
import { freshPhone, freshReceipt } from "../store/samples.ts";
import { bodyOf } from "./finance-desk.ts";
import type { Desk } from "./finance-desk.ts";

/** Rows that nobody was paid before. */
export const people = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    phone: freshPhone(),
    amount: 100 + index,
    reference: `E-${index + 1}`,
  }));

export const openPayroll = (desk: Desk) => {
  const { batches, payouts } = desk.books;
  const make = async (rows: readonly object[]): Promise<Batch> => {
    const body = { reference: "PAYROLL", kind: "salary", payouts: rows };
    const made = await desk.ask(ROUTES.startBatch, { body });
    return (await batches.read(String(bodyOf(made)["id"])))!;
  };

  const act = (batch: Batch) => ({ at: batch.createdAt + 1, by: "key:key_approver", requestId: "request" });
  const happen = async (batch: Batch, event: BatchEvent): Promise<Batch> => {
    const decision = decideBatch(batch, event, act(batch));
    if (!decision.ok) throw new Error(decision.because);
    return (await batches.change(batch, { event, act: act(batch), change: decision.change }))!;
  };

  /** Approved and running, its first `fed` rows on the ledger. */
  const underWay = async (batch: Batch, fed: number): Promise<{ batch: Batch; intents: readonly PayoutIntent[] }> => {
    const { at } = act(batch);
    const approval = { keyId: "key_approver", digest: batch.rows!.digest, at };
    const running = await happen(await happen(batch, { event: "approved", approval }), { event: "float_found" });
    const intents: PayoutIntent[] = [];
    for await (const { position, row, phone, amount, reference, remarks } of frozenRows(desk.deps.files, batch)) {
      if (position > fed) continue;
      intents.push({
        ...{ id: payoutRowId(batch, position, 0), storefront: batch.storefront, shortcode: batch.shortcode },
        ...{ kind: batch.kind, amount, phone, reference, remarks, metadata: {}, fingerprint: "", openedBy: "clock" },
        ...{ requestId: "feed", createdAt: at, checkAt: null },
        batch: { id: batch.id, digest: batch.rows!.digest, position, row, generation: 0 },
      });
    }
    await payouts.openRows(intents);
    return { batch: (await batches.progress(running, { fed, handed: fed, checkAt: null }))!, intents };
  };

  /** Sent, and ended as M-PESA says. */
  const settle = async (intent: PayoutIntent, isPaid: boolean): Promise<void> => {
    await payouts.claim((await payouts.read(intent.id))!, claimAs());
    await payouts.record(intent.id, isPaid ? paidOut(intent, freshReceipt()) : notPaid(intent));
  };

  return { make, act, happen, underWay, settle };
};
export type Payroll = ReturnType<typeof openPayroll>;
