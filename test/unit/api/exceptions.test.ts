/** Exceptions as finance works them off: found, given to somebody, noted, resolved, and told with the transaction. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROUTES } from "../../../functions/api/contract.ts";
import type { Route } from "../../../functions/api/contract.ts";
import { ExceptionList } from "../../../functions/api/responses-exceptions.ts";
import { Timeline } from "../../../functions/api/responses.ts";
import { exceptionId } from "../../../functions/domain/ids.ts";
import { NOW } from "../store/database.ts";
import { found, openCasework, READER, RESOLUTION, WORKER } from "./casework.ts";
import type { Casework } from "./casework.ts";
import { bodyOf, openDesk, verdict } from "./finance-desk.ts";
import type { Desk } from "./finance-desk.ts";

let desk: Desk;
let casework: Casework;
beforeEach(async () => {
  desk = await openDesk();
  casework = openCasework(desk);
});
afterEach(() => desk.close());

describe("an exception", () => {
  test("goes from the list to somebody, through notes, to its end, and all of it is told with the payment", async () => {
    const { asked, id } = await casework.lateMoney();
    desk.books.time.now = NOW + 3_600_000 * 2;
    const list = ExceptionList.parse(
      (await desk.ask(ROUTES.listExceptions, { ...WORKER, query: { status: "open" } })).body,
    );
    expect(list.data).toMatchObject([
      {
        id,
        kind: "late_success",
        age: "under_24_hours",
        transaction: asked.id,
        owner: null,
        resolution: null,
        details: {},
      },
    ]);
    expect(await casework.worked(ROUTES.assignException, id, { body: { owner: "Amina" } })).toMatchObject({
      owner: "Amina",
    });
    await casework.worked(ROUTES.noteException, id, { body: { note: "Asked the shop.\nThey deliver on Monday." } });
    const ended = await casework.worked(ROUTES.resolveException, id, { body: RESOLUTION, key: "key_otieno" });
    expect(ended).toMatchObject({
      status: "resolved",
      resolution: { kind: "explained", note: RESOLUTION.note, by: "key:key_otieno" },
      chain: { intact: true, problem: null },
    });
    expect(found(ended)).toEqual(["opened", "assigned", "noted", "resolved"]);
    expect(await casework.worked(ROUTES.readException, id, READER)).toEqual(ended);
    const timeline = Timeline.parse((await casework.ask(ROUTES.readHistory, asked.id, READER)).body);
    expect(timeline.exceptions).toEqual([ended]);
    const search = bodyOf(await desk.ask(ROUTES.audit, { ...READER, query: { q: asked.reference } }));
    expect(search["data"]).toMatchObject([{ exceptions: [ended] }]);
    const open = await desk.ask(ROUTES.listExceptions, { ...WORKER, query: { status: "open" } });
    expect(bodyOf(open)["data"]).toEqual([]);
    expect(desk.logged.filter((code) => code === "exception.worked")).toHaveLength(3);
  });

  test("is given back to nobody", async () => {
    const { id } = await casework.lateMoney();
    await casework.worked(ROUTES.assignException, id, { body: { owner: "Amina" } });
    expect(await casework.worked(ROUTES.assignException, id, { body: { owner: null } })).toMatchObject({ owner: null });
  });

  test("is resolved once: the same request again is answered alike, another is refused and changes nothing", async () => {
    const { id } = await casework.lateMoney();
    const ended = await casework.worked(ROUTES.resolveException, id, { body: RESOLUTION });
    expect(await casework.worked(ROUTES.resolveException, id, { body: RESOLUTION })).toEqual(ended);
    const others: readonly [Route, unknown][] = [
      [ROUTES.resolveException, { ...RESOLUTION, resolution: "refunded" }],
      [ROUTES.assignException, { owner: "Otieno" }],
      [ROUTES.askAboutException, undefined],
    ];
    for (const [route, body] of others)
      expect(verdict(await casework.ask(route, id, { body })), route.operation).toEqual([409, "already_resolved"]);
    expect(await casework.worked(ROUTES.readException, id)).toEqual(ended);
    const noted = await casework.worked(ROUTES.noteException, id, { body: { note: "The customer wrote back." } });
    expect(noted).toMatchObject({ status: "resolved", resolution: ended.resolution });
  });

  test("is resolved by one of two who resolve it at once", async () => {
    const { id } = await casework.lateMoney();
    const answers = await Promise.all(
      ["key_one", "key_two", "key_three"].map((key) =>
        casework.ask(ROUTES.resolveException, id, { key, body: RESOLUTION }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(found(await casework.worked(ROUTES.readException, id))).toEqual(["opened", "resolved"]);
  });

  test("keeps no phone number that somebody writes into it", async () => {
    const { asked, id } = await casework.lateMoney();
    const note = `Called 0${asked.phone.slice(3)} and ${asked.phone}`;
    await casework.worked(ROUTES.assignException, id, { body: { owner: `Amina 0${asked.phone.slice(3)}` } });
    await casework.worked(ROUTES.noteException, id, { body: { note } });
    const ended = await casework.worked(ROUTES.resolveException, id, { body: { ...RESOLUTION, note } });
    expect(JSON.stringify(ended)).not.toContain(asked.phone.slice(3));
    expect(JSON.stringify(await desk.books.item(id))).not.toContain(asked.phone.slice(3));
    expect(ended.resolution?.note).toMatch(/^Called 2547\*{5}\d{3} and/);
  });

  test.each([
    ["assignException", {}, "/owner"],
    ["assignException", { owner: "  " }, "/owner"],
    ["assignException", { owner: "two\nlines" }, "/owner"],
    ["assignException", { owner: "x".repeat(65) }, "/owner"],
    ["noteException", { note: " \n " }, "/note"],
    ["noteException", { note: "x".repeat(501) }, "/note"],
    ["noteException", { note: "half a pair \ud83d" }, "/note"],
    ["noteException", { note: "a bell \u0007" }, "/note"],
    ["resolveException", { resolution: "explained" }, "/note"],
    ["resolveException", { resolution: "evidence", note: "M-PESA said so" }, "/resolution"],
    ["resolveException", { resolution: "explained", note: "x", amount: 1 }, "/amount"],
  ] as const)("is left alone by %s of %j", async (operation, body, pointer) => {
    const route = ROUTES[operation];
    const { id } = await casework.lateMoney();
    const refused = await casework.ask(route, id, { body });
    expect(verdict(refused)).toEqual([400, "invalid_request"]);
    expect(bodyOf(refused)["errors"]).toMatchObject([{ pointer }]);
    expect(found(await casework.worked(ROUTES.readException, id))).toEqual(["opened"]);
  });

  test("is nothing to a neighbour, and nothing under an id that is none", async () => {
    const { id } = await casework.lateMoney();
    const routes: readonly [Route, unknown][] = [
      [ROUTES.readException, undefined],
      [ROUTES.assignException, { owner: "Mallory" }],
      [ROUTES.noteException, { note: "mine now" }],
      [ROUTES.resolveException, RESOLUTION],
      [ROUTES.askAboutException, undefined],
    ];
    for (const [route, body] of routes) {
      for (const asked of [{ storefront: "neighbour" }, { id: exceptionId("pay_x", "ambiguous") }, { id: "exc_x" }])
        expect(verdict(await casework.ask(route, id, { body, ...asked })), route.operation).toEqual([404, "not_found"]);
      const { scopes } = route.method === "GET" ? { scopes: ["audit:read" as const] } : READER;
      expect(verdict(await casework.ask(route, id, { body, scopes }))).toEqual([403, "forbidden"]);
    }
    expect(found(await casework.worked(ROUTES.readException, id))).toEqual(["opened"]);
  });

  test("that is changed by others all the time is left alone, and says so", async () => {
    const { id } = await casework.lateMoney();
    desk.deps.exceptions.change = () => Promise.resolve(null);
    expect(verdict(await casework.ask(ROUTES.noteException, id, { body: { note: "x" } }))).toEqual([
      503,
      "unavailable",
    ]);
  });
});

describe("the list", () => {
  test("takes filters, and names those that there are when it is given another", async () => {
    const { id } = await casework.lateMoney();
    await casework.overdue();
    const list = async (query: Record<string, string>) =>
      ExceptionList.parse((await desk.ask(ROUTES.listExceptions, { ...READER, query })).body).data;
    expect(await list({ kind: "late_success", status: "open", age: "under_1_hour" })).toMatchObject([{ id }]);
    expect(await list({ age: "older" })).toEqual([]);
    expect(await list({})).toHaveLength(2);
    for (const [name, known] of [
      ["status", "resolved"],
      ["kind", "missing_in_statement"],
      ["age", "under_3_days"],
    ] as const) {
      const refused = await desk.ask(ROUTES.listExceptions, { ...READER, query: { [name]: "odd" } });
      expect(verdict(refused)).toEqual([400, "invalid_request"]);
      expect(JSON.stringify(bodyOf(refused)["errors"])).toContain(known);
    }
  });

  test("holds what matching raised, with what the statement said", async () => {
    await desk.books.exceptions.raise({
      ...{ storefront: "shop", kind: "missing_in_ledger", about: { line: "TKL0000001#receipt" }, source: "statement" },
      ...{ facts: { statement: "stm_1", row: 17, receipt: "TKL0000001" }, at: NOW, by: "close-day", requestId: "run" },
    });
    const { body } = await desk.ask(ROUTES.listExceptions, READER);
    const [raised] = ExceptionList.parse(body).data;
    expect(raised).toMatchObject({
      transaction: null,
      details: { statement: "stm_1", row: 17, receipt: "TKL0000001" },
    });
    expect(verdict(await casework.ask(ROUTES.askAboutException, raised!.id))).toEqual([409, "nothing_to_ask"]);
  });
});
