/** A row that nobody can read: kept to the letter, and one exception however often it is pulled. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepUnreadable } from "../../../functions/payments/pull-window-unreadable.ts";
import { particularsOf } from "../../../functions/domain/exception.ts";
import { sha256Hex } from "../../../functions/domain/canonical-json.ts";
import type { TestLedger } from "../store/database.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";
import { NOW, witness } from "./pulled.ts";

let world: TestLedger;
beforeEach(async () => {
  world = await startLedgerInMemory();
  world.time.now = NOW;
});
afterEach(() => world.close());

const ROW = { because: "it names no receipt", raw: '{"msisdn":712345678,"amount":"10.00"}' };
const brought = { at: NOW, by: "safaricom", requestId: "run-1" };

test("it is an exception of the shortcode's owner, once, and its text is kept sealed", async () => {
  const seen = witness();
  const keep = keepUnreadable({
    ledger: world.ledger,
    exceptions: world.exceptions,
    owner: () => Promise.resolve("shop"),
    log: seen.log,
    count: seen.count,
  });
  await keep(ROW, brought);
  await keep(ROW, { ...brought, at: NOW + 1, requestId: "run-2" });
  await keep({ ...ROW, raw: `${ROW.raw} ` }, brought);
  world.time.now += 2;
  const query = { storefront: "shop", filters: { kind: "unreadable_row" as const }, limit: 10, cursor: null };
  const { exceptions } = await world.exceptions.list(query);
  expect(exceptions).toHaveLength(2);
  expect(seen.counted).toEqual(["ExceptionOpened", "ExceptionOpened"]);
  const digest = sha256Hex(ROW.raw);
  const shown = exceptions.map(particularsOf);
  expect(shown).toContainEqual({ because: ROW.because, row: digest.slice(0, 16) });
  expect(JSON.stringify(exceptions)).not.toContain("712345678");
  const kept = await world.item(`evidence#row_${digest}#${digest}`);
  expect(await world.deps.vault.openText(kept!["z"]!.B!, `row_${digest}`)).toBe(ROW.raw);
});
