/** Batches as finance makes them, brought to where a test begins. */
import { transactionId } from "../../../functions/domain/ids.ts";
import type { Batch, BatchEvent } from "../../../functions/domain/batch.ts";
import type { Payout } from "../../../functions/domain/payout.ts";
import { payoutRowId } from "../../../functions/payouts/row-id.ts";
import type { RawRow } from "../../../functions/payouts/rows/raw-row.ts";
import { newBatch, payoutIntent } from "../store/payout-samples.ts";
import { freshPhone } from "../store/samples.ts";
import { SHORTCODE } from "./pay-office.ts";
import type { PayOffice } from "./pay-office.ts";
import { holds, paidResult } from "./safaricom.ts";

const APPROVER = "key_approver";

export const rawRows = (shillings: readonly number[]): readonly RawRow[] =>
  shillings.map((amount, index) => ({
    row: index + 1,
    line: null,
    cells: { phone: freshPhone(), amount: String(amount), reference: `STAFF-${index + 1}`, remarks: "" },
    surplus: false,
  }));

/** The batch as it is now. */
export const batchNow = async ({ base }: PayOffice, id: string): Promise<Batch> => {
  const batch = await base.batches.read(id);
  if (!batch) throw new Error(`there is no batch ${id}`);
  return batch;
};

export const payoutNow = async ({ base }: PayOffice, id: string): Promise<Payout> => {
  const payout = await base.payouts.read(id);
  if (!payout) throw new Error(`there is no payout ${id}`);
  return payout;
};

/** What happens to a batch by a person's hand. */
const steer = async (office: PayOffice, id: string, event: BatchEvent): Promise<Batch> => {
  const outcome = await office.steer(id, event, { at: office.books.time.now, by: "key:test", requestId: "test" });
  if (!outcome.changed) throw new Error(outcome.because);
  return outcome.batch;
};
export const pause = (office: PayOffice, id: string): Promise<Batch> =>
  steer(office, id, { event: "paused", stop: { cause: "person", at: office.books.time.now, payoutId: null } });
export const resume = (office: PayOffice, id: string): Promise<Batch> => steer(office, id, { event: "resumed" });
export const cancel = (office: PayOffice, id: string): Promise<Batch> => steer(office, id, { event: "cancelled" });

/** A batch of one row for each amount, awaiting its approval. */
export const draft = async (office: PayOffice, shillings: readonly number[]): Promise<Batch> => {
  const plain = newBatch({ rows: null, shortcode: SHORTCODE, createdAt: office.books.time.now });
  const { rows } = await office.freeze({ rows: rawRows(shillings) }, plain);
  if (rows === null) throw new Error("not one row could be paid");
  const { batch } = await office.base.batches.open({ ...plain, rows });
  return batch;
};

export const approve = async (office: PayOffice, { id, rows }: Batch): Promise<Batch> => {
  const approval = { keyId: APPROVER, digest: rows?.digest ?? "", at: office.books.time.now };
  return steer(office, id, { event: "approved", approval });
};

/** Answers the last balance question. */
export const tellBalance = async (office: PayOffice, shillings: number): Promise<void> => {
  const question = office.safaricom.sentOf("balance").at(-1) ?? "";
  const { status } = await office.callback("balance", { id: question, body: holds(shillings) });
  if (status !== 200) throw new Error(`the balance was answered ${status}`);
};

/** Brings an approved batch from `starting` to `running`, with more than enough float. */
export const start = async (office: PayOffice, id: string): Promise<Batch> => {
  await office.tend([{ batch: id }]);
  office.pass(1_000);
  await tellBalance(office, 10_000_000);
  await office.tend([{ batch: id }]);
  return batchNow(office, id);
};

/** A running batch whose rows were handed to the dispatchers, and their messages. */
export const running = async (
  office: PayOffice,
  shillings: readonly number[],
): Promise<{ readonly batch: Batch; readonly messages: readonly object[] }> => {
  const { id } = await approve(office, await draft(office, shillings));
  const batch = await start(office, id);
  office.takeBatches();
  return { batch, messages: office.takePayouts() };
};

/** The first payouts of a batch's rows, in their order. */
export const rowIds = (batch: Batch, generation = 0): readonly string[] =>
  Array.from({ length: batch.rows?.count ?? 0 }, (_, index) => payoutRowId(batch, index + 1, generation));

/** A payout of its own, on the ledger and in the queue. */
export const single = async (office: PayOffice): Promise<{ readonly id: string; readonly message: object }> => {
  const createdAt = office.books.time.now;
  const key = `single ${freshPhone()}`;
  const id = transactionId("pyo", { storefront: "storefront", operation: "start_payout", key });
  await office.base.payouts.open(
    payoutIntent({ id, shortcode: SHORTCODE, createdAt, checkAt: office.base.firstCheck(createdAt) }),
  );
  return { id, message: { payout: id } };
};

/** Has M-PESA say of everything it took that it was paid. */
export const payAll = async (office: PayOffice): Promise<void> => {
  for (const [index, payout] of [...office.safaricom.taken.values()].entries()) {
    const body = paidResult(payout, `UKL1AB${String(index).padStart(4, "0")}`);
    await office.callback("b2c", { id: payout.payoutId, body });
  }
};
