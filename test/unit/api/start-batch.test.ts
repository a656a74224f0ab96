/** Batches as they are made: every row judged, the good ones frozen under a digest, the others named with their reasons. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROUTES } from "../../../functions/api/contract.ts";
import { uploadKey } from "../../../functions/payouts/batch-files.ts";
import { freshPhone } from "../store/samples.ts";
import { APPROVER, bodyOf, openDesk, verdict } from "./finance-desk.ts";
import type { Asked, Desk } from "./finance-desk.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const rows = (count: number, amount = 100) => Array.from({ length: count }, () => ({ phone: freshPhone(), amount }));
const make = (body: Record<string, unknown>, asked: Asked = {}) =>
  desk.ask(ROUTES.startBatch, { body: { reference: "PAYROLL", kind: "salary", ...body }, ...asked });
const CSV = { "content-type": "text/csv; charset=utf-8" };
const makeCsv = (text: string, { query = {}, headers = {}, ...asked }: Asked = {}) =>
  desk.ask(ROUTES.startBatch, {
    ...asked,
    text,
    query: { reference: "PAYROLL", kind: "salary", ...query },
    headers: { ...CSV, ...headers },
  });

const listed = async (): Promise<unknown> => bodyOf(await desk.ask(ROUTES.listBatches))["data"];

describe("a JSON batch", () => {
  test("waits for approval with its digest and totals, and lists what is no part of it", async () => {
    const phone = freshPhone();
    const payouts = [...rows(2), { phone, amount: 300 }, { phone, amount: 300 }, { phone: "2.54712E+11", amount: 5 }];
    const made = await make({ payouts });
    expect(made.status).toBe(201);
    expect(bodyOf(made)).toMatchObject({
      object: "payout_batch",
      status: "awaiting_approval",
      kind: "salary",
      reference: "PAYROLL",
      rows: 3,
      total_amount: 500,
      largest_amount: 300,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      rejected_rows: 2,
      rejected: [
        { row: 4, field: null, code: "duplicate_in_file" },
        { row: 5, field: "phone", code: "phone_mangled" },
      ],
      approvals: [],
      approvals_needed: 1,
      created_by: "key_finance",
      progress: { pending: { count: 3, amount: 500 }, succeeded: { count: 0, amount: 0 } },
      stop: null,
      float: null,
      allow_duplicates: false,
      upload: null,
    });
    expect(JSON.stringify(made.body)).not.toContain(phone);
    expect(desk.messages).toEqual([]);
  });

  test("that a program wrote wrongly is refused as a whole, with pointers", async () => {
    const payouts = [
      ...rows(1),
      { phone: 712345678, amount: 10 },
      { phone: "0712345678" },
      { ...rows(1)[0], name: "A" },
    ];
    const refused = await make({ payouts });
    expect(verdict(refused)).toEqual([400, "invalid_request"]);
    expect((bodyOf(refused)["errors"] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
      "/payouts/1/phone",
      "/payouts/2/amount",
      "/payouts/3/name",
    ]);
    expect(await listed()).toEqual([]);
  });

  test.each([
    [{}, "/payouts"],
    [{ payouts: [] }, "/payouts"],
    [{ payouts: rows(1), upload: true }, "/payouts"],
    [{ payouts: rows(1), kind: undefined }, "/kind"],
    [{ payouts: rows(1), reference: "Café" }, "/reference"],
    [{ payouts: Array.from({ length: 10_001 }, () => ({ phone: "0712345678", amount: 10 })) }, "/payouts"],
  ])("with its head or list wrong is refused: case %#", async (wrong, pointer) => {
    const refused = await make(wrong);
    expect(verdict(refused)).toEqual([400, "invalid_request"]);
    expect(bodyOf(refused)["errors"]).toContainEqual(expect.objectContaining({ pointer }));
  });

  test("of 10,000 rows is taken, though it is far longer than other bodies may be", async () => {
    const made = await make({ payouts: rows(10_000) });
    expect(made.status).toBe(201);
    expect(bodyOf(made)).toMatchObject({ rows: 10_000, total_amount: 1_000_000, rejected_rows: 0 });
  }, 60_000);

  test.each([
    ["{", "invalid_json"],
    ["[]", "invalid_request"],
    ['{"reference":"R","reference":"S","kind":"salary","upload":true}', "invalid_request"],
    ['{"reference":"R","kind":"salary","payouts":[{"phone":"0712345678","amount":10.5}]}', "invalid_request"],
  ])("that is not the JSON that was expected is refused: %s", async (text, code) => {
    expect(verdict(await desk.ask(ROUTES.startBatch, { text }))).toEqual([400, code]);
  });

  test("without its Idempotency-Key is refused", async () => {
    const payouts = rows(1);
    const none = await make({ payouts }, { without: ["idempotency-key"] });
    expect(verdict(none)).toEqual([400, "idempotency_key_missing"]);
    expect(verdict(await make({ payouts }, { headers: { "idempotency-key": "näh" } }))).toEqual([
      400,
      "idempotency_key_invalid",
    ]);
  });

  test("without one row that can be paid is no batch: the first hundred reasons are the answer", async () => {
    const refused = await make({ payouts: Array.from({ length: 120 }, () => ({ phone: "0712", amount: 100 })) });
    expect(verdict(refused)).toEqual([400, "no_valid_rows"]);
    expect(bodyOf(refused)["detail"]).toMatch(/None of the 120 rows/);
    expect(bodyOf(refused)["rejected"]).toHaveLength(100);
    expect(await listed()).toEqual([]);
  });

  test("above a threshold takes two approvals", async () => {
    expect(bodyOf(await make({ payouts: rows(1, 150_001) }))["approvals_needed"]).toBe(2);
    expect(bodyOf(await make({ payouts: rows(11, 100_000) }))["approvals_needed"]).toBe(2);
    expect(bodyOf(await make({ payouts: rows(10, 100_000) }))["approvals_needed"]).toBe(1);
  });
});

describe("a CSV batch", () => {
  test("is read with its head in the query, and is the same rows as in JSON", async () => {
    const [one, two] = [freshPhone(), freshPhone()];
    const csv = `\uFEFFphone;amount;reference;remarks\r\n${one};1,500;E-1;"Pay; November"\r\n\r\n0${two.slice(3)};KES 200;E-2;\r\n`;
    const made = await makeCsv(csv);
    expect(made.status).toBe(201);
    const payouts = [
      { phone: one, amount: 1500, reference: "E-1", remarks: "Pay; November" },
      { phone: two, amount: 200, reference: "E-2" },
    ];
    const json = await make({ payouts, allow_duplicates: true });
    expect(bodyOf(json)["digest"]).toBe(bodyOf(made)["digest"]);
  });

  test("with the wrong headers is refused by the file's own words", async () => {
    const refused = await makeCsv("Jina,Kiasi\nAsha,100\n");
    expect(verdict(refused)).toEqual([400, "file_refused"]);
    expect(bodyOf(refused)).toMatchObject({
      reason: "missing_columns",
      line: 1,
      detail: expect.stringMatching(/"Jina", "Kiasi"/) as string,
    });
    expect(await listed()).toEqual([]);
  });

  test.each([
    ["", "empty_file"],
    ["phone,amount\r\n\r\n", "empty_file"],
    ["0712345678,100\n", "no_header"],
    ["phone,amount,mobile\n0712345678,100,0712345678\n", "duplicate_columns"],
    [`phone,amount${",x".repeat(70)}\n`, "too_many_columns"],
    ['phone,amount\n0712345678,"100\n', "unreadable"],
    ["PK\u0003\u0004 a workbook", "unreadable"],
  ])("that can't be read at all (%j) is refused with the reason and makes nothing", async (text, reason) => {
    const refused = await makeCsv(text);
    expect(verdict(refused)).toEqual([400, "file_refused"]);
    expect(bodyOf(refused)).toMatchObject({ reason, detail: expect.stringMatching(/^[A-Z].*\./) as string });
    expect(await listed()).toEqual([]);
  });

  test("lists each row that a spreadsheet has mangled, by its number and what to do", async () => {
    const good = freshPhone();
    const lines = [
      ...["phone,amount,reference", "2.54712E+11,100,a", `${good},100,b`, "", `${freshPhone()},1,500,c`],
      ...["712345678,100.50,d", ",100,e", "#N/A,100,f", `${freshPhone()},"1.500",g`],
    ];
    const made = await makeCsv(`\uFEFF${lines.join("\r\n")}\r\n`);
    expect(made.status).toBe(201);
    expect(bodyOf(made)).toMatchObject({
      rows: 1,
      rejected_rows: 6,
      rejected: [
        { row: 1, field: "phone", code: "phone_mangled" },
        { row: 3, field: null, code: "too_many_cells" },
        { row: 4, field: "amount", code: "amount_has_cents" },
        { row: 5, field: "phone", code: "phone_missing" },
        { row: 6, field: "phone", code: "phone_mangled" },
        { row: 7, field: "amount", code: "amount_invalid" },
      ],
      warnings: [],
    });
    expect(JSON.stringify(made.body)).not.toContain(good);
  });

  test("takes rows that repeat each other only when its query says so", async () => {
    const phone = freshPhone();
    const csv = `phone,amount,nickname\n${phone},100,A\n${phone},100,B\n`;
    const strict = await makeCsv(csv);
    expect(bodyOf(strict)).toMatchObject({
      rows: 1,
      rejected: [{ row: 2, code: "duplicate_in_file" }],
      warnings: [expect.stringMatching(/not read: "nickname"/)],
    });
    const seen = await desk.ask(ROUTES.readBatch, { ...APPROVER, id: String(bodyOf(strict)["id"]) });
    expect(bodyOf(seen)["warnings"]).toEqual(bodyOf(strict)["warnings"]);
    const meant = await makeCsv(csv, { query: { allow_duplicates: "true" } });
    expect(bodyOf(meant)).toMatchObject({ rows: 2, rejected_rows: 0, allow_duplicates: true });
  });

  test("of 10,001 rows is refused, and told of the upload", async () => {
    const lines = Array.from({ length: 10_001 }, (_, index) => `2547${String(index).padStart(8, "0")},10`);
    const refused = await makeCsv(`phone,amount\n${lines.join("\n")}\n`);
    expect(verdict(refused)).toEqual([400, "file_refused"]);
    expect(bodyOf(refused)).toMatchObject({
      reason: "too_many_rows",
      detail: expect.stringMatching(/upload: true/) as string,
    });
  });

  test("needs its head", async () => {
    const refused = await makeCsv("phone,amount\n", { query: { kind: "gift", allow_duplicates: "perhaps" } });
    expect(verdict(refused)).toEqual([400, "invalid_request"]);
    expect((bodyOf(refused)["errors"] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
      "/query/kind",
      "/query/allow_duplicates",
    ]);
  });

  test("of another type is not read, and one of 5 MB and a byte neither", async () => {
    expect(verdict(await makeCsv("x", { headers: { "content-type": "application/vnd.ms-excel" } }))).toEqual([
      415,
      "unsupported_media_type",
    ]);
    expect(verdict(await makeCsv("x".repeat(5 * 1024 * 1024 + 1)))).toEqual([413, "body_too_large"]);
  });
});

describe("an upload", () => {
  test("is awaited at an address of its own, which the same request renews", async () => {
    const headers = { "idempotency-key": "november" };
    const made = await make({ upload: true }, { headers });
    const id = String(bodyOf(made)["id"]);
    expect(bodyOf(made)).toMatchObject({
      status: "awaiting_upload",
      rows: 0,
      digest: null,
      approvals_needed: null,
      upload: {
        url: `https://files.test/${uploadKey(id)}?put&for=900`,
        method: "PUT",
        headers: { "content-type": "text/csv" },
        expires_at: new Date(desk.books.time.now + 900_000).toISOString(),
      },
    });
    desk.books.time.now += 3_600_000;
    const again = await make({ upload: true }, { headers });
    expect(bodyOf(again)).toMatchObject({
      id,
      upload: { expires_at: new Date(desk.books.time.now + 900_000).toISOString() },
    });
    expect(again.headers).toMatchObject({ "idempotent-replayed": "true" });
  });
});

describe("the same request again", () => {
  test.each([true, false])("is the same batch, its rows no duplicates of themselves (cache: %j)", async (cached) => {
    const headers = { "idempotency-key": randomUUID() };
    const payouts = rows(3);
    const first = await make({ payouts }, { headers });
    if (!cached) desk.memory.clear();
    const again = await make({ payouts }, { headers });
    expect([again.status, again.headers]).toMatchObject([201, { "idempotent-replayed": "true" }]);
    expect(bodyOf(again)).toEqual(bodyOf(first));
  });

  test.each([true, false])("with other rows is refused with the first id (cache: %j)", async (cached) => {
    const headers = { "idempotency-key": randomUUID() };
    const first = await make({ payouts: rows(3) }, { headers });
    if (!cached) desk.memory.clear();
    const other = await make({ payouts: rows(3) }, { headers });
    expect(verdict(other)).toEqual([422, "idempotency_key_reused"]);
    expect(bodyOf(other)["batch_id"]).toBe(bodyOf(first)["id"]);
  });

  test("at the same moment makes one batch", async () => {
    const headers = { "idempotency-key": randomUUID() };
    const payouts = rows(3);
    const answers = await Promise.all([make({ payouts }, { headers }), make({ payouts }, { headers })]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(new Set(answers.map((answer) => bodyOf(answer)["id"])).size).toBe(1);
    expect(await listed()).toHaveLength(1);
  });
});

describe("rows of the last seven days", () => {
  test("are rejected by the next batch, unless the maker says that they are meant", async () => {
    const payouts = rows(2);
    await make({ payouts });
    const repeated = await make({ payouts: [...payouts, ...rows(1)] });
    expect(bodyOf(repeated)).toMatchObject({ rows: 1, rejected: [{ code: "duplicate_recent" }, {}] });
    const meant = await make({ payouts, allow_duplicates: true });
    expect(bodyOf(meant)).toMatchObject({ rows: 2, rejected_rows: 0, allow_duplicates: true });
  });

  test("are another storefront's affair", async () => {
    const payouts = rows(2);
    await make({ payouts });
    expect(bodyOf(await make({ payouts }, { storefront: "neighbour" }))["rejected_rows"]).toBe(0);
  });
});

test("who may not pay makes no batch, and without an API operator nobody does", async () => {
  const payouts = rows(1);
  expect(verdict(await make({ payouts }, { scopes: ["payouts:approve", "payments:write"] }))).toEqual([
    403,
    "forbidden",
  ]);
  desk.world.initiator = null;
  expect(verdict(await make({ payouts }))).toEqual([503, "payouts_not_configured"]);
  expect(await listed()).toEqual([]);
  expect(desk.bucket.size).toBe(0);
});
