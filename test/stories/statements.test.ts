/** Statements: asked for, uploaded to a signed address, imported by content, known again, refused with what to do. */
import { inject, describe, expect, test } from "vitest";
import { FINANCE_KEYS, financeAt } from "./finance.ts";
import { ended, payer, startInTurn, until } from "./storefront.ts";

interface StatementBody {
  readonly id: string;
  readonly status: string;
  readonly shortcode: string | null;
  readonly account: string | null;
  readonly format: string | null;
  readonly template: string | null;
  readonly lines: number | null;
  readonly unreadable_rows: number | null;
  readonly unreadable: readonly { readonly row: number; readonly column: string | null; readonly message: string }[];
  readonly closing_difference: number | null;
  readonly balance_breaks: number | null;
  readonly digest: string | null;
  readonly duplicate_of: string | null;
  readonly refusal: { readonly code: string; readonly message: string } | null;
  readonly upload?: { readonly url: string; readonly method: string; readonly headers: Record<string, string> };
}

const SHORTCODE = "174379";
const simulatorUrl = inject("simulatorUrl");
const { ask, direct } = financeAt({ gateway: inject("gatewayUrl"), simulator: simulatorUrl });

/** The portal's export, as somebody downloads it. */
const exported = async (query: Record<string, string>): Promise<Uint8Array> => {
  const response = await fetch(`${simulatorUrl}/simulator/statement?${new URLSearchParams(query).toString()}`);
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
};

const read = async (id: string): Promise<StatementBody> =>
  (await ask<StatementBody>("GET", `/v1/statements/${id}`)).body;

/** Hands a file in and waits for what becomes of it. */
const handIn = async (file: Uint8Array, body?: unknown): Promise<StatementBody> => {
  const asked = await ask<StatementBody>("POST", "/v1/statements", body === undefined ? {} : { body });
  expect(asked.status).toBe(201);
  expect(asked.body.status).toBe("awaiting_upload");
  const { url, method, headers } = asked.body.upload ?? { url: "", method: "PUT", headers: {} };
  expect((await fetch(url, { method, headers, body: Buffer.from(file) })).status).toBe(200);
  return until(
    () => read(asked.body.id),
    ({ status }) => status === "imported" || status === "refused",
    50_000,
  );
};

/** A stretch of today that is over and that nothing is added to any more, once somebody has paid in it. */
const settledPeriod = async (): Promise<{ readonly from: string; readonly to: string }> => {
  const paid = await ended((await startInTurn({ phone: payer("00") })).body.id);
  expect(paid.status).toBe("succeeded");
  const { now } = await direct<{ now?: string }>("GET", "/simulator/clock").catch(() => ({ now: undefined }));
  const at = now === undefined ? Date.now() : Date.parse(now);
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // the portal's second has to be over, or the period is not
  return { from: new Date(at - 3_600_000).toISOString(), to: new Date(at).toISOString() };
};

test("the portal's older form is imported as it is, adds up, and is known again as a workbook", async () => {
  const period = await settledPeriod();
  const classic = { shortcode: SHORTCODE, template: "classic", account: "utility", ...period };
  const statement = await handIn(await exported({ ...classic, format: "csv" }));
  expect(statement).toMatchObject({
    status: "imported",
    shortcode: SHORTCODE,
    account: "utility",
    format: "csv",
    template: "classic",
    unreadable_rows: 0,
    closing_difference: 0,
    balance_breaks: 0,
    duplicate_of: null,
  });
  expect(statement.lines).toBeGreaterThan(0);
  const again = await handIn(await exported({ ...classic, format: "xlsx" }));
  expect(again).toMatchObject({ status: "imported", format: "xlsx", duplicate_of: statement.id });
  expect(again.digest).toBe(statement.digest);
  const list = await ask<{ data: StatementBody[] }>("GET", "/v1/statements?limit=100");
  expect(list.body.data.map(({ id }) => id)).toEqual(expect.arrayContaining([statement.id, again.id]));
});

describe("the portal's newer form", () => {
  const [yesterday, tomorrow] = [-1, 1].map((days) =>
    new Date(Date.now() + 3 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10),
  ) as [string, string];
  const over = { from: yesterday, to: yesterday };

  test("of all accounts is imported with what the request says", async () => {
    const file = await exported({ shortcode: SHORTCODE, template: "current", format: "xlsx", ...over });
    const statement = await handIn(file, { shortcode: SHORTCODE, ...over });
    expect(statement).toMatchObject({ status: "imported", template: "current", account: null, unreadable_rows: 0 });
  });

  test("of a day that goes on is refused, and is to be exported again when it is over", async () => {
    const goingOn = { from: yesterday, to: tomorrow };
    const file = await exported({ shortcode: SHORTCODE, template: "current", ...goingOn });
    const { status, refusal, lines } = await handIn(file, { shortcode: SHORTCODE, ...goingOn });
    expect({ status, lines, code: refusal?.code }).toEqual({ status: "refused", lines: null, code: "day_not_over" });
    expect(refusal?.message).toContain("Export it again");
  });

  test("without it is refused, says what to do, and changes nothing", async () => {
    const file = await exported({ shortcode: SHORTCODE, template: "current", ...over });
    const { status, refusal, lines } = await handIn(file);
    expect({ status, lines, code: refusal?.code }).toEqual({
      status: "refused",
      lines: null,
      code: "shortcode_missing",
    });
    expect(refusal?.message).toContain("`shortcode`");
  });
});

test("a row that can't be read is listed and becomes an exception; the others count", async () => {
  const period = await settledPeriod();
  const csv = Buffer.from(await exported({ shortcode: SHORTCODE, ...period })).toString("utf8");
  const lines = csv.split("\r\n");
  const header = lines.findIndex((line) => line.startsWith("Receipt No."));
  lines.splice(header + 1, 0, "??");
  const statement = await handIn(Buffer.from(lines.join("\r\n")));
  expect(statement).toMatchObject({ status: "imported", unreadable_rows: 1 });
  expect(statement.unreadable).toMatchObject([{ row: header + 2, column: "Receipt No." }]);
  const open = await ask<{ data: { kind: string; details: Record<string, unknown> }[] }>(
    "GET",
    "/v1/exceptions?status=open&kind=unreadable_row&limit=100",
  );
  expect(open.body.data.map(({ details }) => details["statement"])).toContain(statement.id);
});

test("only finance hands statements in, and a neighbour sees none of them", async () => {
  const refused = await ask<{ code: string }>("POST", "/v1/statements", { key: FINANCE_KEYS.storefront });
  expect([refused.status, refused.body.code]).toEqual([403, "forbidden"]);
  const made = await ask<StatementBody>("POST", "/v1/statements");
  const seen = await ask("GET", `/v1/statements/${made.body.id}`, { key: FINANCE_KEYS.neighbour });
  expect([403, 404]).toContain(seen.status);
});
