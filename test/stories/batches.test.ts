/** Batches: made, checked, approved, steered and reported. */
import { describe, expect, inject, test } from "vitest";
import { FINANCE_KEYS, financeAt, newReceiver, receiver } from "./finance.ts";
import type { BatchBody, Row } from "./finance.ts";
import { until } from "./storefront.ts";

const finance = financeAt({ gateway: inject("gatewayUrl"), simulator: inject("simulatorUrl") });
const { makeBatch, makeCsvBatch, batch, approve, steer, rowsOf, truthOf } = finance;

const rows = (count: number, amount = 20): Row[] =>
  Array.from({ length: count }, (_, index) => ({ phone: newReceiver(), amount, reference: `E-${index + 1}` }));

const reached = (id: string, status: string, timeoutMs = 120_000): Promise<BatchBody> =>
  until(
    () => batch(id),
    (seen) => seen.status === status,
    timeoutMs,
  );

test("a batch of people is checked, approved by another key, paid once each and reported in the order of the input", async () => {
  const people = rows(25, 40);
  const made = await makeBatch([...people, { phone: "0712", amount: 40 }, { phone: newReceiver(), amount: 5 }]);
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ status: "awaiting_approval", rows: 25, total_amount: 1000, rejected_rows: 2 });
  expect(made.body.rejected.map(({ row, code }) => [row, code])).toEqual([
    [26, "phone_invalid"],
    [27, "amount_out_of_range"],
  ]);
  const approved = await approve(made.body);
  expect(approved.status).toBe(200);
  const done = await reached(made.body.id, "completed");
  expect(done.progress).toMatchObject({
    succeeded: { count: 25, amount: 1000 },
    pending: { count: 0 },
    failed: { count: 0 },
    uncertain: { count: 0 },
  });
  const paid = await rowsOf(made.body.id);
  expect(paid.map(({ batch: place }) => place?.row)).toEqual(people.map((_, index) => index + 1));
  for (const each of paid.slice(0, 5)) expect(await truthOf(each.id)).toMatchObject([{ state: "paid", submits: 1 }]);

  const results = await finance.ask("GET", `/v1/payout-batches/${made.body.id}/results.csv`);
  expect(results.headers.get("content-type")).toMatch(/text\/csv/);
  const lines = results.text
    .replace(/^\uFEFF/, "")
    .trim()
    .split("\r\n");
  expect(lines).toHaveLength(26);
  expect(lines[0]).toContain("receipt");
  for (const [index, each] of paid.entries()) expect(lines[index + 1]).toContain(each.receipt);
  for (const { phone } of people) expect(results.text).not.toContain(phone);

  const rejected = await finance.ask("GET", `/v1/payout-batches/${made.body.id}/rejected.csv`);
  expect(rejected.text).toMatch(/26/);
});

test("nobody approves a batch of their own, another digest, or twice; nothing leaves meanwhile", async () => {
  const made = (await makeBatch(rows(3))).body;
  const own = await approve(made, FINANCE_KEYS.finance);
  expect([own.status, own.body.code]).toEqual([403, "forbidden"]);
  const other = await approve({ ...made, digest: "0".repeat(64) });
  expect([other.status, other.body.code]).toEqual([409, "digest_mismatch"]);
  expect((await batch(made.id)).status).toBe("awaiting_approval");
  for (const { id, status } of await rowsOf(made.id)) {
    expect(status).toBe("queued");
    expect(await truthOf(id)).toEqual([]);
  }
  expect((await approve(made)).status).toBe(200);
  const again = await approve(made);
  expect([again.status, again.body.code]).toEqual([409, "not_awaiting_approval"]);
  await reached(made.id, "completed");
});

test("a large total takes two different approvers", async () => {
  const made = (await makeBatch(rows(11, 100_000))).body;
  expect(made.approvals_needed).toBe(2);
  expect((await approve(made)).body.status).toBe("awaiting_approval");
  const twice = await approve(made);
  expect([twice.status, twice.body.code]).toEqual([409, "already_approved"]);
  expect((await approve(made, FINANCE_KEYS.approverTwo)).body.status).not.toBe("awaiting_approval");
  expect((await steer(made.id, "cancel")).status).toBe(200);
  await reached(made.id, "cancelled");
});

test("a batch is paused, resumed and finishes; nothing leaves while it is paused", async () => {
  const made = (await makeBatch(rows(120))).body;
  await approve(made);
  await until(
    () => batch(made.id),
    ({ progress }) => progress.succeeded.count >= 5,
  );
  expect((await steer(made.id, "pause")).body).toMatchObject({ status: "paused", stop: { cause: "person" } });
  const sentOf = async (): Promise<number> =>
    (await rowsOf(made.id)).filter(({ status }) => status !== "queued").length;
  await new Promise((resolve) => setTimeout(resolve, 3_000)); // what had left before the pause ends
  const atRest = await sentOf();
  expect(atRest).toBeLessThan(120);
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  expect(await sentOf()).toBe(atRest);
  expect((await steer(made.id, "resume")).status).toBe(200);
  const done = await reached(made.id, "completed");
  expect(done.progress.succeeded).toEqual({ count: 120, amount: 2400 });
}, 240_000);

test("a cancelled batch pays no more; what was sent stays sent, and both are told apart", async () => {
  const made = (await makeBatch(rows(200))).body;
  await approve(made);
  await until(
    () => batch(made.id),
    ({ progress }) => progress.succeeded.count >= 3,
  );
  expect((await steer(made.id, "cancel")).status).toBe(200);
  const settled = await until(
    () => batch(made.id),
    ({ progress }) => progress.pending.count === 0 && progress.uncertain.count === 0,
  );
  expect(settled.status).toBe("cancelled");
  expect(settled.progress.succeeded.count + settled.progress.cancelled.count).toBe(200);
  expect(settled.progress.cancelled.count).toBeGreaterThan(0);
  const late = await steer(made.id, "cancel");
  expect([late.status, late.body.code]).toEqual([409, "already_finished"]);
}, 240_000);

test("people who were paid the same a moment ago are rejected, unless that is meant", async () => {
  const people = rows(3, 77);
  const first = (await makeBatch(people)).body;
  const again = await finance.ask<{ code: string; errors: unknown[] }>("POST", "/v1/payout-batches", {
    headers: { "idempotency-key": `again-${first.id}` },
    body: { reference: "Story", kind: "salary", payouts: people },
  });
  expect([again.status, again.body.code]).toEqual([400, "no_valid_rows"]);
  const meant = await makeBatch(people, { allow_duplicates: true });
  expect(meant.body).toMatchObject({ rows: 3, rejected_rows: 0 });
  for (const id of [first.id, meant.body.id]) await steer(id, "cancel");
  const afterwards = await makeBatch(people);
  expect(afterwards.body).toMatchObject({ rows: 3, rejected_rows: 0 });
  await steer(afterwards.body.id, "cancel");
});

describe("CSV", () => {
  test("as a spreadsheet in Nairobi writes it: BOM, semicolons, CRLF, blank lines, a leading zero lost", async () => {
    const [one, two, three] = [newReceiver(), newReceiver(), newReceiver()];
    const csv = `\uFEFFMSISDN;Amount;Reference;Remarks\r\n0${one.slice(3)};1,500;E-1;"Pay; November"\r\n\r\n${two.slice(3)};KES 200;E-2;\r\n2.54712E+11;300;E-3;\r\n+${three};20.50;E-4;\r\n`;
    const made = await makeCsvBatch(csv);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ rows: 2, total_amount: 1700, rejected_rows: 2 });
    expect(made.body.rejected.map(({ row, code }) => [row, code])).toEqual([
      [3, "phone_mangled"],
      [4, "amount_has_cents"],
    ]);
    await steer(made.body.id, "cancel");
  });

  test("with the wrong headers it is refused as a whole, naming what was found", async () => {
    const refused = await makeCsvBatch("Jina,Kiasi\nAsha,100\n");
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(/Jina/);
  });

  test("with 100,001 rows it is refused by the presigned way too, and no row is kept", async () => {
    const made = await makeBatch([], { payouts: undefined, upload: true });
    expect(made.body.status).toBe("awaiting_upload");
    const lines = Array.from({ length: 100_001 }, (_, index) => `2547${String(index).padStart(8, "0")},10`);
    const upload = made.body.upload!;
    const put = await fetch(upload.url, {
      method: upload.method,
      headers: upload.headers,
      body: `phone,amount\n${lines.join("\n")}\n`,
    });
    expect(put.status).toBe(200);
    const refused = await reached(made.body.id, "rejected");
    expect(refused.refusal).toMatchObject({ code: "too_many_rows" });
  });

  test("uploaded by the presigned way it waits for approval and is paid", async () => {
    const made = await makeBatch([], { payouts: undefined, upload: true });
    const people = rows(12, 30);
    const upload = made.body.upload!;
    const csv = `phone,amount,reference\n${people.map((row) => `${row.phone},${row.amount},${row.reference}`).join("\n")}\n`;
    expect((await fetch(upload.url, { method: upload.method, headers: upload.headers, body: csv })).status).toBe(200);
    const ready = await reached(made.body.id, "awaiting_approval");
    expect(ready).toMatchObject({ rows: 12, total_amount: 360 });
    await approve(ready);
    expect((await reached(made.body.id, "completed")).progress.succeeded.count).toBe(12);
  });
});

test("a receiver that is not registered fails alone: the batch finishes and says who", async () => {
  const made = (
    await makeBatch([...rows(2), { phone: receiver(56), amount: 33, reference: "E-56" }], { allow_duplicates: true })
  ).body;
  await approve(made);
  const done = await reached(made.id, "completed");
  expect(done.progress).toMatchObject({ succeeded: { count: 2 }, failed: { count: 1, amount: 33 } });
  const results = await finance.ask("GET", `/v1/payout-batches/${made.id}/results.csv`);
  expect(results.text).toMatch(/receiver_not_registered/);
});

test("one key, one batch: the same request again is the same batch", async () => {
  const people = rows(2);
  const key = `batch-${people[0]!.phone}`;
  const [one, two] = await Promise.all([makeBatch(people, {}, key), makeBatch(people, {}, key)]);
  expect(one.body.id).toBe(two.body.id);
  const other = await makeBatch(rows(2), {}, key);
  expect(other.status).toBe(422);
  await steer(one.body.id, "cancel");
});
