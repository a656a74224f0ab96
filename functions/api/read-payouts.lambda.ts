import { shortcode } from "../wiring.ts";
import { batches, files, initiator, lanes, payouts, results } from "../wiring-payouts.ts";
import { overApi } from "../wiring-doors.ts";
import { readBalance } from "./balance.ts";
import { readBatchRejected, readBatchResults, readBatchRows } from "./batch-files.ts";
import { listBatchPayouts } from "./batch-payouts.ts";
import { BATCH_ROUTES } from "./contract-batches.ts";
import { FLOAT_ROUTES } from "./contract-float.ts";
import { PAYOUT_ROUTES } from "./contract-payouts.ts";
import { mount } from "./endpoint.ts";
import { readPayoutLane } from "./payout-lane.ts";
import { listBatches, readBatch } from "./read-batches.ts";
import { listPayouts, readPayout } from "./read-payouts.ts";

const ofPayouts = { payouts: payouts() };
const ofBatches = { batches: batches() };
const ofFiles = { ...ofBatches, files, results: results() };

export const handler = overApi([
  mount(PAYOUT_ROUTES.readPayout, readPayout(ofPayouts)),
  mount(PAYOUT_ROUTES.listPayouts, listPayouts(ofPayouts)),
  mount(BATCH_ROUTES.readBatch, readBatch(ofBatches)),
  mount(BATCH_ROUTES.listBatches, listBatches(ofBatches)),
  mount(BATCH_ROUTES.listBatchPayouts, listBatchPayouts({ ...ofBatches, ...ofPayouts, files })),
  mount(BATCH_ROUTES.readBatchRows, readBatchRows(ofFiles)),
  mount(BATCH_ROUTES.readBatchResults, readBatchResults(ofFiles)),
  mount(BATCH_ROUTES.readBatchRejected, readBatchRejected(ofFiles)),
  mount(FLOAT_ROUTES.readBalance, readBalance({ lanes: lanes(), shortcode })),
  mount(FLOAT_ROUTES.readPayoutLane, readPayoutLane({ lanes: lanes(), shortcode, initiator })),
]);
