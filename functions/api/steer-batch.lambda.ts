import { clock, shortcode } from "../wiring.ts";
import { askForBalance, batches, halt, initiator, lanes, lift, steer } from "../wiring-payouts.ts";
import { overApi } from "../wiring-doors.ts";
import { refreshBalance } from "./balance.ts";
import { FLOAT_ROUTES } from "./contract-float.ts";
import { STEERING_ROUTES } from "./contract-steering.ts";
import { mount } from "./endpoint.ts";
import { haltPayoutLane, resumePayoutLane } from "./payout-lane.ts";
import { approveBatch, cancelBatch, pauseBatch, resumeBatch } from "./steer-batch.ts";

const ofBatches = { batches: batches(), change: steer(), clock };

export const handler = overApi([
  mount(STEERING_ROUTES.approveBatch, approveBatch(ofBatches)),
  mount(STEERING_ROUTES.pauseBatch, pauseBatch(ofBatches)),
  mount(STEERING_ROUTES.resumeBatch, resumeBatch(ofBatches)),
  mount(STEERING_ROUTES.cancelBatch, cancelBatch(ofBatches)),
  mount(FLOAT_ROUTES.refreshBalance, refreshBalance({ lanes: lanes(), ask: askForBalance(), shortcode, clock })),
  mount(FLOAT_ROUTES.haltPayoutLane, haltPayoutLane({ halt: halt(), shortcode, initiator })),
  mount(FLOAT_ROUTES.resumePayoutLane, resumePayoutLane({ lift: lift(), shortcode, initiator })),
]);
