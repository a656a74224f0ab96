import { env } from "../runtime/env.ts";
import { clock, log, shortcode } from "../wiring.ts";
import { batches, firstCheck, initiator, payoutQueue, payouts } from "../wiring-payouts.ts";
import { overApi, replay } from "../wiring-doors.ts";
import { cancelPayout } from "./cancel-payout.ts";
import { PAYOUT_ROUTES } from "./contract-payouts.ts";
import { mount } from "./endpoint.ts";
import { startPayout } from "./start-payout.ts";

export const handler = overApi([
  mount(
    PAYOUT_ROUTES.startPayout,
    startPayout({
      payouts: payouts(),
      batches: batches(),
      queue: payoutQueue,
      replay: replay(),
      clock,
      log,
      shortcode,
      initiator,
      singleMaximum: () => env.payoutPolicy().singleMaximum,
      firstCheck,
    }),
  ),
  mount(PAYOUT_ROUTES.cancelPayout, cancelPayout({ payouts: payouts(), clock })),
]);
