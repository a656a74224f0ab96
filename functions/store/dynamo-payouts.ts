/** The payouts' ledger on DynamoDB: one function per promise of payout-ledger.ts, put together. */
import { createClaim } from "./claim-payout.ts";
import { createPostpone } from "./due.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { createListPayouts } from "./list.ts";
import { createOpenPayout, createOpenRows } from "./open-payout.ts";
import type { PayoutLedger } from "./payout-ledger.ts";
import { readManyPayouts, readOnePayout, readPayoutsToSend } from "./read-payouts.ts";
import { createRecordPayout } from "./record-payout.ts";
import { createReplace } from "./replace-payout.ts";
import { createDuePayouts } from "./sweep.ts";
import { readInFlight } from "./tally.ts";

export const createPayoutLedger = (deps: LedgerDeps): PayoutLedger => ({
  open: createOpenPayout(deps),
  openRows: createOpenRows(deps),
  claim: createClaim(deps),
  record: createRecordPayout(deps),
  read: (id) => readOnePayout(deps, id),
  readMany: (ids) => readManyPayouts(deps, ids),
  readToSend: (ids) => readPayoutsToSend(deps, ids),
  replace: createReplace(deps),
  list: createListPayouts(deps),
  due: createDuePayouts(deps),
  postpone: createPostpone(deps),
  inFlight: (shortcode) => readInFlight(deps, shortcode),
});
