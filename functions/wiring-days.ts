/**
 * The composition root of closing a day: see wiring.ts, which it stands on. What must stay true: the statement's word goes
 * onto the ledger through the same functions as every other evidence.
 */
import { randomUUID } from "node:crypto";
import { currentPayouts } from "./payouts/current-payouts.ts";
import { closeDay } from "./reconciliation-day/close-day.ts";
import { lookAtDay } from "./reconciliation-day/look-at-day.ts";
import { raiseExceptions } from "./reconciliation-day/raise-exceptions.ts";
import { readLedger } from "./reconciliation-day/read-ledger.ts";
import { readStatements } from "./reconciliation-day/read-statements.ts";
import { recordFindings } from "./reconciliation-day/record-findings.ts";
import { writeReport } from "./reconciliation-day/write-report.ts";
import { lazy } from "./runtime/lazy.ts";
import { readLines } from "./statements-import/kept-lines.ts";
import { createDayLease } from "./store/day-lease.ts";
import { createDayReader } from "./store/day-rows.ts";
import { clock, coordination, count, exceptions, ledgerDeps, log, record } from "./wiring.ts";
import { recordTold, shortcodes, storefronts } from "./wiring-c2b.ts";
import { dayLedger, dayQueue } from "./wiring-close.ts";
import { batches, payouts, record as recordPayout } from "./wiring-payouts.ts";
import { recordOfRefund } from "./wiring-refunds.ts";
import { files, statements } from "./wiring-statements.ts";
import type { CloseDaysDeps } from "./workers/close-day.ts";

const close = /* @__PURE__ */ lazy(() => {
  const days = dayLedger();
  const reader = createDayReader(ledgerDeps());
  return closeDay({
    look: lookAtDay({
      readLedger: readLedger({ reader, batches: batches(), currentPayouts: currentPayouts(payouts()) }),
      readStatements: readStatements({ statements: statements(), readLines: readLines(files) }),
      reader,
      days,
      files,
    }),
    record: recordFindings({
      recordPayment: record(),
      recordPayout: recordPayout(),
      recordRefund: recordOfRefund(),
      recordTold: recordTold(),
    }),
    raise: raiseExceptions({ exceptions: exceptions(), log, count }),
    write: writeReport({ files }),
    days,
    files,
  });
});

export const closeDaysDeps = /* @__PURE__ */ lazy((): CloseDaysDeps => ({
  close: close(),
  lease: createDayLease(coordination()),
  dayQueue,
  storefronts,
  shortcodes,
  newHolder: randomUUID,
  clock,
  log,
}));
