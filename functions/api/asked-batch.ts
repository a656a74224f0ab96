/** What a request to make a batch asks for, whichever of its three forms it has: rows as JSON, a CSV file, or an upload. */
import { createHash } from "node:crypto";
import type { NewBatch } from "../domain/batch.ts";
import type { BatchInput } from "../payouts/freeze-batch.ts";
import { readJsonRows } from "../payouts/rows/json-rows.ts";
import { bad, good } from "./checked.ts";
import type { Checked } from "./checked.ts";
import { BATCH_BYTES } from "./contract-batches.ts";
import type { ROUTES } from "./contract.ts";
import type { Call } from "./endpoint.ts";
import { problem } from "./reply.ts";
import { MOST_ROWS_IN_BODY } from "./requests-payouts.ts";

type Body = Call<typeof ROUTES.startBatch>["body"];

/** What was asked for: the head of the batch, and its rows; null for a file that is still to be uploaded. */
export interface AskedBatch {
  readonly reference: string;
  readonly kind: NewBatch["kind"];
  readonly allowDuplicates: boolean;
  readonly input: BatchInput | null;
  /** SHA-256 over all that counts. */
  readonly fingerprint: string;
}

const inputOf = (body: Body): Checked<BatchInput | null> => {
  if (body.form === "csv") return good({ csv: body.text, maxRows: MOST_ROWS_IN_BODY, maxBytes: BATCH_BYTES });
  if (body.value.payouts === undefined) return good(null);
  const read = readJsonRows(body.value.payouts, { maxRows: MOST_ROWS_IN_BODY });
  if (read.ok) return good({ rows: read.rows });
  const errors = read.mistakes.map(({ pointer, message }) => ({ pointer: `/payouts${pointer}`, message }));
  return bad(problem("invalid_request", { errors }));
};

/** Reads the body. A list of payouts with mistakes in its shape is refused with a pointer to each. */
export const askedBy = (body: Body): Checked<AskedBatch> => {
  const input = inputOf(body);
  if (!input.ok) return input;
  const { reference, kind, allow_duplicates: allowDuplicates = false } = body.form === "csv" ? body.head : body.value;
  const rows =
    body.form === "csv"
      ? body.text
      : (body.value.payouts?.map((row) => [row.phone, row.amount, row.reference ?? "", row.remarks ?? ""]) ?? null);
  const canonical = JSON.stringify([body.form, reference, kind, allowDuplicates, rows]);
  const fingerprint = createHash("sha256").update(canonical).digest("base64url");
  return good({ reference, kind, allowDuplicates, input: input.value, fingerprint });
};
