/** What a batch leaves as files: results in the order of the input, rejected rows with their reasons, and nothing that runs. */
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROUTES } from "../../../functions/api/contract.ts";
import type { Batch } from "../../../functions/domain/batch.ts";
import { freshPhone } from "../store/samples.ts";
import { APPROVER, bodyOf, openDesk, verdict } from "./finance-desk.ts";
import type { Desk } from "./finance-desk.ts";
import { openPayroll, people } from "./payroll.ts";
import type { Payroll } from "./payroll.ts";

let desk: Desk;
let payroll: Payroll;
beforeEach(async () => {
  desk = await openDesk();
  payroll = openPayroll(desk);
});
afterEach(() => desk.close());

describe("results", () => {
  test("are one line for each row at any time, with receipts and failure codes", async () => {
    const payouts = people(3);
    const { batch, intents } = await payroll.underWay(await payroll.make(payouts), 2);
    await payroll.settle(intents[0]!, true);
    await payroll.settle(intents[1]!, false);
    const answer = await desk.ask(ROUTES.readBatchResults, { id: batch.id });
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${batch.id}-results.csv"`,
      },
    });
    const [head, ...lines] = answer
      .text!.replace(/^\uFEFF/, "")
      .trimEnd()
      .split("\r\n");
    expect(head).toMatch(/^row,phone,amount,reference,status,receipt/);
    const { receipt } = (await desk.books.payouts.read(intents[0]!.id))!;
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain(receipt);
    expect(lines[1]).toContain("receiver_not_registered");
    expect(lines[2]).toContain("queued");
    for (const { phone } of payouts) expect(answer.text).not.toContain(phone);
  });

  test("of more than 10,000 rows are fetched from the bucket once the batch is completed", async () => {
    const { batch } = await payroll.underWay(await payroll.make(people(1)), 1);
    const large: Batch = { ...batch, rows: { ...batch.rows!, count: 10_001 } };
    const read = (found: Batch) => {
      desk.deps.batches.read = () => Promise.resolve(found);
      return desk.ask(ROUTES.readBatchResults, { id: batch.id });
    };
    expect(verdict(await read(large))).toEqual([409, "results_not_ready"]);
    const key = `batches/${batch.id}/results.csv`;
    const ready = await read({ ...large, state: "completed", resultsFile: key });
    expect(ready).toMatchObject({
      status: 303,
      headers: { location: `https://files.test/${key}?name=${batch.id}-results.csv` },
    });
    const cancelled: Batch = { ...large, state: "cancelled" };
    expect(verdict(await read({ ...cancelled, checkAt: 1 }))).toEqual([409, "results_not_ready"]);
    expect(verdict(await read({ ...cancelled, checkAt: null, approvals: [] }))).toEqual([409, "results_not_ready"]);
    expect(await read({ ...cancelled, checkAt: null })).toMatchObject({ status: 303, headers: ready.headers });
  });

  test("that are longer than an answer may be are fetched from the bucket too", async () => {
    const { batch } = await payroll.underWay(await payroll.make(people(1)), 1);
    desk.deps.results = async function* () {
      for (let piece = 0; piece < 50; piece += 1) yield await Promise.resolve("x".repeat(100_000));
    };
    const answer = await desk.ask(ROUTES.readBatchResults, { id: batch.id });
    expect(verdict(answer)).toEqual([409, "results_not_ready"]);
    expect(bodyOf(answer)["batch_id"]).toBe(batch.id);
  });

  test("are not made from a file that is not what was approved", async () => {
    const batch = await payroll.make(people(2));
    const other = await payroll.make(people(2));
    desk.bucket.set(batch.rows!.file, desk.bucket.get(other.rows!.file)!);
    await expect(desk.ask(ROUTES.readBatchResults, { id: batch.id })).rejects.toThrow(/not those of the digest/);
  });

  test("hold no formula, whatever the references say", async () => {
    const references = ['=HYPERLINK("http://example.com","pay")', "+254", "-1+1", "@SUM(1)", 'a "quoted", one', "E-1"];
    const batch = await payroll.make(references.map((reference) => ({ ...people(1)[0], reference })));
    const { text } = await desk.ask(ROUTES.readBatchResults, { id: batch.id });
    const records = parse<Record<string, string>>(text!, { bom: true, columns: true });
    expect(records.map(({ reference }) => reference)).toEqual([
      ...references.slice(0, 4).map((reference) => `'${reference}`),
      ...references.slice(4),
    ]);
    for (const cell of records.flatMap((record) => Object.values(record))) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  });
});

test("a batch whose file is still to come has no results", async () => {
  const awaited = await desk.ask(ROUTES.startBatch, { body: { reference: "R", kind: "salary", upload: true } });
  const { id, results_csv } = bodyOf(awaited);
  expect(results_csv).toBeNull();
  expect(verdict(await desk.ask(ROUTES.readBatchResults, { id: String(id) }))).toEqual([404, "not_found"]);
});

describe("the rows that are paid", () => {
  test("are the approver's for a minute, and their SHA-256 is the digest to approve", async () => {
    const batch = await payroll.make(people(3));
    const answer = await desk.ask(ROUTES.readBatchRows, { ...APPROVER, id: batch.id });
    const { file, digest } = batch.rows!;
    expect(answer).toMatchObject({
      status: 303,
      headers: { location: `https://files.test/${file}?name=${batch.id}-rows.ndjson.gz` },
      body: null,
    });
    expect(desk.addresses).toEqual([{ key: file, expiresInSeconds: 60 }]);
    const text = gunzipSync(desk.bucket.get(file)!);
    expect(createHash("sha256").update(text).digest("hex")).toBe(digest);
  });

  test("are nobody else's, and not there before they are read", async () => {
    const { id } = await payroll.make(people(1));
    expect(verdict(await desk.ask(ROUTES.readBatchRows, { id }))).toEqual([403, "forbidden"]);
    const neighbour = { ...APPROVER, storefront: "neighbour" };
    expect(verdict(await desk.ask(ROUTES.readBatchRows, { ...neighbour, id }))).toEqual([404, "not_found"]);
    const awaited = await desk.ask(ROUTES.startBatch, { body: { reference: "R", kind: "salary", upload: true } });
    const early = await desk.ask(ROUTES.readBatchRows, { ...APPROVER, id: String(bodyOf(awaited)["id"]) });
    expect(verdict(early)).toEqual([404, "not_found"]);
    expect(desk.addresses).toEqual([]);
  });
});

describe("rejected rows", () => {
  test("are one line each, with the mark that spreadsheets need", async () => {
    const batch = await payroll.make([...people(1), { phone: "0712", amount: 10 }, { phone: freshPhone(), amount: 5 }]);
    const answer = await desk.ask(ROUTES.readBatchRejected, { id: batch.id });
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(/^\uFEFF/);
    expect(answer.text!.trimEnd().split("\r\n")).toHaveLength(3);
    expect(answer.text).toMatch(/phone_invalid[\s\S]*amount_out_of_range/);
  });

  test("that are very many are fetched from the bucket", async () => {
    const batch = await payroll.make([...people(1), { phone: "0712", amount: 10 }]);
    desk.deps.batches.read = () => Promise.resolve({ ...batch, rows: { ...batch.rows!, rejected: 10_001 } });
    expect(await desk.ask(ROUTES.readBatchRejected, { id: batch.id })).toMatchObject({
      status: 303,
      headers: { location: `https://files.test/${batch.rows!.rejectedFile!}?name=${batch.id}-rejected.csv` },
    });
  });

  test("are no file when there are none, or none yet", async () => {
    const batch = await payroll.make(people(1));
    const awaited = await desk.ask(ROUTES.startBatch, { body: { reference: "R", kind: "salary", upload: true } });
    for (const id of [batch.id, String(bodyOf(awaited)["id"])])
      expect(verdict(await desk.ask(ROUTES.readBatchRejected, { id }))).toEqual([404, "not_found"]);
  });
});
