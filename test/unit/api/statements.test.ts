/** The statements' routes as finance meets them: an address to upload to, then how the import stands. */
import { randomBytes, randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { toContext } from "../../../functions/api/caller.ts";
import { ROUTES } from "../../../functions/api/contract.ts";
import type { Route } from "../../../functions/api/contract.ts";
import { mount, serve } from "../../../functions/api/endpoint.ts";
import { listStatements, readStatement } from "../../../functions/api/read-statements.ts";
import { StartedStatement, StatementList, WholeStatement } from "../../../functions/api/responses-statements.ts";
import { startStatement } from "../../../functions/api/start-statement.ts";
import { randomId } from "../../../functions/domain/ids.ts";
import type { Scope } from "../../../functions/domain/scopes.ts";
import type { HttpResponse } from "../../../functions/runtime/http.ts";
import { fixture } from "../statements/reading.ts";
import { MORNING_AFTER, openOffice, SHORTCODE } from "../statements-import/import-office.ts";
import type { Office } from "../statements-import/import-office.ts";
import { bodyOf, verdict } from "./finance-desk.ts";

interface Asked {
  readonly storefront?: string;
  readonly scopes?: readonly Scope[];
  readonly id?: string;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
}

let office: Office;
let ask: (route: Route, asked?: Asked) => Promise<HttpResponse>;
beforeEach(async () => {
  office = await openOffice();
  const { statements, books, log, world } = office;
  const owner = () => Promise.resolve(world.owner);
  const clock = { now: () => books.time.now };
  const answer = serve([
    mount(
      ROUTES.startStatement,
      startStatement({
        statements,
        files: {
          uploadUrl: (key, { contentType, expiresInSeconds }) =>
            Promise.resolve(`https://files.test/${key}?type=${contentType}&for=${expiresInSeconds}`),
        },
        shortcodes: () => Promise.resolve([SHORTCODE]),
        owner,
        newId: () => randomId("stm", randomBytes(16)),
        clock,
        log,
      }),
    ),
    mount(ROUTES.readStatement, readStatement({ statements, owner })),
    mount(ROUTES.listStatements, listStatements({ statements, owner })),
  ]);
  ask = (route, { storefront = "shop", scopes, id, query = {}, body } = {}) =>
    answer({
      method: route.method,
      route: route.path,
      params: id === undefined ? {} : { id },
      query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
      headers: {},
      body: body === undefined ? null : JSON.stringify(body),
      sourceAddress: "203.0.113.7",
      requestId: randomUUID(),
      authoriser: toContext({
        kind: "key",
        keyId: "key_finance",
        storefront,
        scopes: scopes ?? ["reconciliation:read", "reconciliation:write"],
      }),
      remainingMs: () => 20_000,
    });
});
afterEach(() => office.close());

const start = async (body?: unknown): Promise<StartedStatement> => {
  const response = await ask(ROUTES.startStatement, { body });
  expect(response.status).toBe(201);
  return StartedStatement.parse(response.body);
};
const whole = async (id: string): Promise<WholeStatement> =>
  WholeStatement.parse((await ask(ROUTES.readStatement, { id })).body);

test("a statement is asked for with nothing at all, uploaded to its own address, and read with what it adds up to", async () => {
  const started = await start();
  expect(started).toMatchObject({ status: "awaiting_upload", shortcode: null, from: null, lines: null });
  expect(started.upload).toEqual({
    url: `https://files.test/uploads/statements/${started.id}?type=application/octet-stream&for=900`,
    method: "PUT",
    headers: { "content-type": "application/octet-stream" },
    expires_at: new Date(MORNING_AFTER + 900_000).toISOString(),
  });
  office.upload(started, fixture("classic.csv"));
  await office.take(started);
  expect(await whole(started.id)).toMatchObject({
    status: "imported",
    shortcode: SHORTCODE,
    account: "utility",
    from: "2026-11-19T21:00:00.000Z",
    until: "2026-11-21T21:00:00.000Z",
    format: "csv",
    template: "classic",
    rows_read: 12,
    lines: 12,
    unreadable_rows: 0,
    paid_in: 29_322.75,
    withdrawn: -1_841,
    opening_balance: 1_000,
    closing_balance: 28_481.75,
    closing_difference: 0,
    balance_breaks: 0,
    first_break_row: null,
    duplicate_of: null,
    refusal: null,
    unreadable: [],
  });
});

test("what the newer form leaves out is said in the request: the last day counts to its end", async () => {
  const started = await start({ shortcode: SHORTCODE, account: "utility", from: "2026-11-20", to: "2026-11-21" });
  expect(started).toMatchObject({
    shortcode: SHORTCODE,
    account: "utility",
    from: "2026-11-19T21:00:00.000Z",
    until: "2026-11-21T21:00:00.000Z",
  });
  office.upload(started, fixture("current.csv"));
  await office.take(started);
  expect(await whole(started.id)).toMatchObject({ status: "imported", template: "current", closing_difference: null });
});

test("a refused file says what to do, and a row that can't be read is listed", async () => {
  const refused = await start();
  office.upload(refused, fixture("current.csv"));
  await office.take(refused);
  expect(await whole(refused.id)).toMatchObject({
    status: "refused",
    refusal: { code: "shortcode_missing", row: null },
  });
  const broken = await start();
  office.upload(broken, fixture("classic.csv").toString("utf8").replace(",99.25,", ",ninety,"));
  await office.take(broken);
  const { unreadable, unreadable_rows, balance_breaks } = await whole(broken.id);
  expect(unreadable).toMatchObject([{ row: 19, column: "Paid In" }]);
  expect([unreadable_rows, balance_breaks]).toEqual([1, 0]);
});

test("only the shortcode's owner hands in, lists and reads statements: for anyone else there are none", async () => {
  const started = await start();
  const neighbour: Asked = { storefront: "neighbour" };
  const answers = [
    await ask(ROUTES.startStatement, neighbour),
    await ask(ROUTES.startStatement, { ...neighbour, body: { shortcode: SHORTCODE } }),
    // Not told either which shortcodes there are.
    await ask(ROUTES.startStatement, { ...neighbour, body: { shortcode: "600999" } }),
    await ask(ROUTES.listStatements, neighbour),
    await ask(ROUTES.readStatement, { ...neighbour, id: started.id }),
  ];
  expect(answers.map(verdict)).toEqual(answers.map(() => [404, "not_found"]));
  office.world.owner = "neighbour";
  expect((await ask(ROUTES.listStatements, neighbour)).body).toMatchObject({ data: [] });
  const ofFormerOwner = await ask(ROUTES.readStatement, { ...neighbour, id: started.id });
  expect(verdict(ofFormerOwner)).toEqual([404, "not_found"]);
  expect(verdict(await ask(ROUTES.readStatement, { id: started.id }))).toEqual([404, "not_found"]);
});

test("statements are listed without their unreadable rows", async () => {
  const started = await start();
  const list = StatementList.parse((await ask(ROUTES.listStatements, { query: { limit: "5" } })).body);
  expect(list.data.map(({ id }) => id)).toEqual([started.id]);
  expect(list.data[0]).not.toHaveProperty("unreadable");
  expect(verdict(await ask(ROUTES.readStatement, { id: "stm_nothing" }))).toEqual([404, "not_found"]);
  expect(verdict(await ask(ROUTES.listStatements, { query: { cursor: "nobody's" } }))).toEqual([
    400,
    "invalid_request",
  ]);
  const reader: Asked = { scopes: ["reconciliation:read"] };
  expect(verdict(await ask(ROUTES.startStatement, reader))).toEqual([403, "forbidden"]);
});

test("what can't be meant is answered before anything is opened", async () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ shortcode: "600999" }, "/shortcode"],
    [{ shortcode: "12" }, "/shortcode"],
    [{ account: "savings" }, "/account"],
    [{ from: "2026-11-20" }, "/to"],
    [{ from: "2026-11-21", to: "2026-11-20" }, "/to"],
    [{ from: "2025-01-01", to: "2026-11-20" }, "/to"],
    [{ from: "2026-02-30", to: "2026-03-01" }, "/from"],
  ];
  for (const [body, pointer] of cases) {
    const response = await ask(ROUTES.startStatement, { body });
    expect(verdict(response)).toEqual([400, "invalid_request"]);
    expect(bodyOf(response)["errors"]).toMatchObject([{ pointer }]);
  }
  expect((await ask(ROUTES.listStatements)).body).toMatchObject({ data: [] });
});
