/** From rows to what is approved: kept before it counts, the same for the same rows, and compared with the last week. */
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  batchFiles,
  batchOfUpload,
  frozenRows,
  uploadKey,
  verifiedRows,
} from "../../../functions/payouts/batch-files.ts";
import type { RawRow } from "../../../functions/payouts/rows/raw-row.ts";
import { batchId, newBatch } from "../store/payout-samples.ts";
import { openPayOffice, SHORTCODE } from "./pay-office.ts";
import type { PayOffice } from "./pay-office.ts";
import { cancel, draft, rawRows, running } from "./payroll.ts";

let office: PayOffice;
beforeEach(async () => {
  office = await openPayOffice();
  await office.openLane();
});
afterEach(() => office.close());

const batch = (changes: object = {}) => newBatch({ rows: null, shortcode: SHORTCODE, ...changes });
const text = (key: string): string => Buffer.from(office.bucket.kept.get(key) ?? "").toString();
const bad = (row: number): RawRow => ({
  row,
  line: null,
  cells: { phone: "0712", amount: "100", reference: "", remarks: "" },
  surplus: false,
});

describe("freezing", () => {
  test("the same rows again gives the same file, digest and name", async () => {
    const head = batch();
    const rows = rawRows([100, 200, 300]);
    const first = await office.freeze({ rows }, head);
    const file = text(first.rows?.file ?? "");
    expect(await office.freeze({ rows }, head)).toEqual(first);
    expect(text(first.rows?.file ?? "")).toBe(file);
    expect(first.rows).toMatchObject({ count: 3, total: 60_000, largest: 30_000, approvalsNeeded: 1 });
  });

  test("takes two approvals above the stage's limits", async () => {
    expect((await office.freeze({ rows: rawRows([150_001]) }, batch())).rows?.approvalsNeeded).toBe(2);
    expect((await office.freeze({ rows: rawRows([150_000]) }, batch())).rows?.approvalsNeeded).toBe(1);
  });

  test("lists what can't be paid, and gives no rows when nothing can", async () => {
    const head = batch();
    const none = await office.freeze({ rows: [bad(1), bad(2)] }, head);
    expect(none).toMatchObject({ rows: null, rejectedCount: 2 });
    const [file = "", ...others] = office.bucket.kept.keys();
    expect(others).toEqual([]);
    expect(text(file)).toContain("phone_invalid");
    expect(file).toBe(batchFiles(head.id).rejected(createHash("sha256").update(text(file)).digest("hex")));
  });

  test("keeps the file before it says that there are rows, and says nothing when it can't be kept", async () => {
    office.base.files.put = () => Promise.reject(new Error("the bucket is away"));
    await expect(office.freeze({ rows: rawRows([100]) }, batch())).rejects.toThrow("the bucket is away");
  });
});

test("a file that says more than anybody reads keeps twenty warnings, each cut to 300 characters", async () => {
  const headings = Array.from({ length: 10 }, (_, index) => `${String.fromCodePoint(97 + index)}${"x".repeat(39)}`);
  const csv = `phone,amount,${headings.join(",")}\n0712345678,100\n`;
  const { rows } = await office.freeze({ csv, maxRows: 10, maxBytes: 10_000 }, batch());
  expect(rows?.warnings).toEqual([expect.stringMatching(/^Columns that were not read.{271}\.\.\.$/)]);
});

describe("a row that repeats a payout of the last week", () => {
  test("is refused, unless duplicates are allowed or the batch was cancelled", async () => {
    const rows = rawRows([100, 200]);
    const before = batch();
    const frozen = await office.freeze({ rows }, before);
    await office.base.batches.open({ ...before, rows: frozen.rows });
    const repeated = await office.freeze({ rows }, batch());
    expect(repeated).toMatchObject({ rows: null, rejectedCount: 2, rejected: [{ code: "duplicate_recent" }, {}] });
    expect(await office.freeze({ rows }, batch({ allowDuplicates: true }))).toMatchObject({ rejectedCount: 0 });
  });

  test("counts no more once that batch was cancelled", async () => {
    const rows = rawRows([100]);
    const before = batch();
    const frozen = await office.freeze({ rows }, before);
    await office.base.batches.open({ ...before, rows: frozen.rows });
    await cancel(office, before.id);
    expect(await office.freeze({ rows }, batch())).toMatchObject({ rejectedCount: 0 });
  });

  test("is none when it was this very batch that was remembered at a first try", async () => {
    const head = batch();
    const rows = rawRows([100]);
    await office.freeze({ rows }, head);
    expect(await office.freeze({ rows }, head)).toMatchObject({ rejectedCount: 0 });
  });
});

describe("the kept rows", () => {
  test("come back as they were, some of them or all", async () => {
    const made = await draft(office, [100, 200, 300]);
    const some = await verifiedRows(office.base.files, made, { after: 1, most: 1 });
    expect(some.map(({ position, amount }) => [position, amount])).toEqual([[2, 20_000]]);
    const all: number[] = [];
    for await (const { amount } of frozenRows(office.base.files, made)) all.push(amount);
    expect(all).toEqual([10_000, 20_000, 30_000]);
  });

  test("are a fault when the batch is another than they were frozen for", async () => {
    const made = await draft(office, [100]);
    const rows = verifiedRows(office.base.files, { ...made, shortcode: "174379" }, { after: 0, most: 1 });
    await expect(rows).rejects.toThrow(expect.objectContaining({ name: "FrozenFault" }));
  });
});

test("an upload's name leads to its batch, and no other name does", () => {
  const id = batchId();
  expect(batchOfUpload(uploadKey(id))).toBe(id);
  for (const key of [
    `uploads/${id}/other.csv`,
    `batches/${id}/payouts.csv`,
    `uploads/${id}/payouts.csv/x`,
    "uploads/x",
  ])
    expect(batchOfUpload(key)).toBeNull();
});

test("the results of a batch that runs, and of one that was cancelled, show every row", async () => {
  const { batch: running_ } = await running(office, [100, 200]);
  const unfed = { ...(await draft(office, [300])), state: "cancelled" } as const;
  const csv = async (of: Parameters<typeof office.results>[0]): Promise<readonly string[]> => {
    let whole = "";
    for await (const piece of office.results(of)) whole += piece;
    return whole.split("\r\n").slice(1, -1);
  };
  expect((await csv(running_)).map((line) => line.split(",")[4])).toEqual(["queued", "queued"]);
  expect((await csv(unfed)).map((line) => line.split(",")[4])).toEqual(["cancelled"]);
});
