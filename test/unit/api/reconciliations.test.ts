/** The routes of closed days as finance meets them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toContext } from "../../../functions/api/caller.ts";
import { closeReconciliation } from "../../../functions/api/close-reconciliation.ts";
import { ROUTES } from "../../../functions/api/contract.ts";
import type { Route } from "../../../functions/api/contract.ts";
import { mount, serve } from "../../../functions/api/endpoint.ts";
import {
  listReconciliations,
  readReconciliation,
  readReconciliationCsv,
  readReconciliationWorkbook,
} from "../../../functions/api/read-reconciliations.ts";
import { ReconciliationMonth, WholeReconciliation } from "../../../functions/api/responses-reconciliations.ts";
import type { Scope } from "../../../functions/domain/scopes.ts";
import type { HttpResponse } from "../../../functions/runtime/http.ts";
import { cents, line } from "../reconciliation/matching-world.ts";
import { DAY, openDayOffice, SHORTCODE } from "../reconciliation-day/day-office.ts";
import type { DayOffice } from "../reconciliation-day/day-office.ts";
import { bodyOf } from "./finance-desk.ts";

interface Asked {
  readonly storefront?: string;
  readonly scopes?: readonly Scope[];
  readonly date?: string;
  readonly query?: Record<string, string>;
}

let office: DayOffice;
let ask: (route: Route, asked?: Asked) => Promise<HttpResponse>;

beforeAll(async () => {
  office = await openDayOffice();
  const { days, books, messages } = office;
  const clock = { now: () => books.time.now };
  const shortcodeFor = (asked?: string) => Promise.resolve([undefined, SHORTCODE].includes(asked) ? SHORTCODE : null);
  const reading = {
    ...{ days, clock, shortcodeFor },
    files: {
      downloadUrl: (key: string, { fileName }: { fileName: string }) =>
        Promise.resolve(`https://files.test/${key}?name=${fileName}`),
    },
  };
  const dayQueue = { send: (sent: readonly object[]) => Promise.resolve(void messages.push(...sent)) };
  const ownerOf = () => Promise.resolve("storefront");
  const answer = serve([
    mount(ROUTES.listReconciliations, listReconciliations(reading)),
    mount(ROUTES.readReconciliation, readReconciliation(reading)),
    mount(ROUTES.readReconciliationCsv, readReconciliationCsv(reading)),
    mount(ROUTES.readReconciliationWorkbook, readReconciliationWorkbook(reading)),
    mount(ROUTES.closeReconciliation, closeReconciliation({ shortcodeFor, ownerOf, dayQueue, clock })),
  ]);
  ask = (route, { storefront = "storefront", scopes, date = DAY, query = {} } = {}) =>
    answer({
      ...{ method: route.method, route: route.path, params: route.path.includes("{date}") ? { date } : {} },
      query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
      ...{ headers: {}, body: null, sourceAddress: "203.0.113.7", requestId: "req-1", remainingMs: () => 9_000 },
      authoriser: toContext({ kind: "key", keyId: "key_finance", storefront, scopes: scopes ?? route.scopes }),
    });
  await office.paid(1_500, "UKK1AAAAAA");
  await office.statement([line({ receipt: "UKK1BBBBBB", amount: cents(77.5) })]);
  await office.closed();
});
afterAll(() => office.close());

describe("a closed day", () => {
  test("says in shillings what moved, and what to do about what does not fit", async () => {
    const body = WholeReconciliation.parse(bodyOf(await ask(ROUTES.readReconciliation)));
    expect(body).toMatchObject({ date: DAY, status: "closed", current: { basis: "statement", exception_count: 2 } });
    expect(body.current.totals.unexplained).toEqual({ count: 1, amount: 77.5 });
    expect(body.exceptions.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual([
      "missing_in_ledger 77.5",
      "missing_in_statement 1500",
    ]);
    for (const found of body.exceptions) expect(found.exceptions).toHaveLength(1);
  });

  test("is listed in its month, and in no other", async () => {
    const of = async (month?: string) => {
      const query = month === undefined ? {} : { month };
      return ReconciliationMonth.parse(bodyOf(await ask(ROUTES.listReconciliations, { query })));
    };
    expect((await of()).data.map(({ date }) => date)).toEqual([DAY]);
    expect((await of("2026-11")).data).toHaveLength(1);
    expect((await of("2026-10")).data).toEqual([]);
  });

  test.each([
    ["csv", ROUTES.readReconciliationCsv],
    ["xlsx", ROUTES.readReconciliationWorkbook],
  ])("leads to its %s file, which is kept", async (form, route) => {
    const { status, headers } = await ask(route);
    expect(status).toBe(303);
    const { pathname, searchParams } = new URL(headers!["location"]!);
    expect(office.bucket.kept.has(pathname.slice(1))).toBe(true);
    expect(searchParams.get("name")).toBe(`reconciliation-${SHORTCODE}-${DAY}-v1.${form}`);
  });

  test.each([
    ["another storefront's key", { storefront: "branch" }],
    ["a stranger's shortcode", { query: { shortcode: "600000" } }],
    ["a day that was not closed", { date: "2026-11-01" }],
    ["no day at all", { date: "2026-02-30" }],
  ])("is not there for %s", async (_, asked) => {
    for (const route of [ROUTES.readReconciliation, ROUTES.readReconciliationCsv, ROUTES.readReconciliationWorkbook])
      expect((await ask(route, asked)).status).toBe(404);
  });

  test("is not shown to a key without the scope", async () => {
    expect((await ask(ROUTES.readReconciliation, { scopes: ["payments:read"] })).status).toBe(403);
    expect((await ask(ROUTES.closeReconciliation, { scopes: ["reconciliation:read"] })).status).toBe(403);
  });
});

describe("closing a day by hand", () => {
  test("names the day to whoever closes days", async () => {
    office.messages.length = 0;
    expect((await ask(ROUTES.closeReconciliation)).status).toBe(202);
    expect(office.messages).toEqual([{ shortcode: SHORTCODE, day: DAY }]);
  });

  test("is refused while the day lasts, and to whoever does not own the shortcode", async () => {
    office.messages.length = 0;
    const early = await ask(ROUTES.closeReconciliation, { date: "2026-11-21" });
    expect(bodyOf(early)).toMatchObject({ status: 409, code: "day_not_over" });
    expect((await ask(ROUTES.closeReconciliation, { storefront: "branch" })).status).toBe(404);
    expect(office.messages).toEqual([]);
  });
});
