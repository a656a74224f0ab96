/**
 * Closed days and their reports. What must stay true: a day is of a whole shortcode and shows the business of every
 * storefront on it, so only the shortcode's owner is answered; for all others there is no such day.
 */
import type { Clock } from "../domain/clock.ts";
import type { ReconciledDay } from "../domain/reconciled-day.ts";
import { nairobiDay } from "../domain/time.ts";
import { dayFiles, versionOf } from "../reconciliation-day/day-files.ts";
import type { DayFiles } from "../reconciliation-day/day-files.ts";
import type { Files } from "../runtime/files.ts";
import type { DayLedger } from "../store/day-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { reconciliationView, wholeReconciliation } from "./reconciliation-view.ts";
import { elsewhere, ok, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";

export interface ReconciliationDeps {
  readonly days: Pick<DayLedger, "read" | "readMany">;
  readonly files: Pick<Files, "downloadUrl">;
  /** The number that closed days are kept under, where the caller names none or the till behind it; null for a stranger's. */
  readonly shortcodeFor: (asked: string | undefined) => Promise<string | null>;
  readonly clock: Clock;
}

const ADDRESS_SECONDS = 300;
const LONGEST_MONTH = 31;

interface Asked {
  readonly storefront: string;
  readonly date: string;
  readonly shortcode: string | undefined;
}

const ownDay = async (
  deps: ReconciliationDeps,
  { storefront, date, shortcode }: Asked,
): Promise<ReconciledDay | null> => {
  const own = await deps.shortcodeFor(shortcode);
  const record = own === null ? null : await deps.days.read(own, date);
  return record?.storefront === storefront ? record : null;
};

const daysOf = (month: string): readonly string[] =>
  Array.from({ length: LONGEST_MONTH }, (_, index) => `${month}-${String(index + 1).padStart(2, "0")}`);

const newestFirst = (a: ReconciledDay, b: ReconciledDay): number => (a.day < b.day ? 1 : -1);

export const listReconciliations =
  (deps: ReconciliationDeps): Endpoint<typeof ROUTES.listReconciliations> =>
  async ({ caller, query }) => {
    const own = await deps.shortcodeFor(query.shortcode);
    if (own === null) return problem("not_found");
    const month = query.month ?? nairobiDay(deps.clock.now()).slice(0, 7);
    const found = await deps.days.readMany(own, daysOf(month));
    const mine = found.filter(({ storefront }) => storefront === caller.storefront).sort(newestFirst);
    return ok({ object: "list", month, data: mine.map(reconciliationView), next_cursor: null });
  };

export const readReconciliation =
  (deps: ReconciliationDeps): Endpoint<typeof ROUTES.readReconciliation> =>
  async ({ caller, params, query }) => {
    const record = await ownDay(deps, { storefront: caller.storefront, date: params.date, shortcode: query.shortcode });
    return record === null ? problem("not_found") : ok(wholeReconciliation(record));
  };

const report = async (
  deps: ReconciliationDeps,
  asked: Asked,
  form: keyof DayFiles & ("csv" | "xlsx"),
): Promise<Reply> => {
  const record = await ownDay(deps, asked);
  if (record === null) return problem("not_found");
  const fileName = `reconciliation-${record.shortcode}-${record.day}-v${record.version}.${form}`;
  const options = { expiresInSeconds: ADDRESS_SECONDS, fileName };
  return elsewhere(await deps.files.downloadUrl(dayFiles(versionOf(record))[form], options));
};

export const readReconciliationCsv =
  (deps: ReconciliationDeps): Endpoint<typeof ROUTES.readReconciliationCsv> =>
  ({ caller, params, query }) =>
    report(deps, { storefront: caller.storefront, date: params.date, shortcode: query.shortcode }, "csv");

export const readReconciliationWorkbook =
  (deps: ReconciliationDeps): Endpoint<typeof ROUTES.readReconciliationWorkbook> =>
  ({ caller, params, query }) =>
    report(deps, { storefront: caller.storefront, date: params.date, shortcode: query.shortcode }, "xlsx");
