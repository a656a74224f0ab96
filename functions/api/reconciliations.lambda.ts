import { clock } from "../wiring.ts";
import { dayLedger, dayQueue, ownerOf, reportFiles, shortcodeFor } from "../wiring-close.ts";
import { overApi } from "../wiring-doors.ts";
import { closeReconciliation } from "./close-reconciliation.ts";
import { RECONCILIATION_ROUTES as ROUTES } from "./contract-reconciliations.ts";
import { mount } from "./endpoint.ts";
import {
  listReconciliations,
  readReconciliation,
  readReconciliationCsv,
  readReconciliationWorkbook,
} from "./read-reconciliations.ts";

const reading = { days: dayLedger(), files: reportFiles, shortcodeFor, clock };

export const handler = overApi([
  mount(ROUTES.listReconciliations, listReconciliations(reading)),
  mount(ROUTES.readReconciliation, readReconciliation(reading)),
  mount(ROUTES.readReconciliationCsv, readReconciliationCsv(reading)),
  mount(ROUTES.readReconciliationWorkbook, readReconciliationWorkbook(reading)),
  mount(ROUTES.closeReconciliation, closeReconciliation({ shortcodeFor, ownerOf, dayQueue, clock })),
]);
