import { clock, log } from "../wiring.ts";
import { overApi, replay } from "../wiring-doors.ts";
import { firstCheck, initiator, lanes, prove } from "../wiring-payouts.ts";
import { merchant, refunds, sendFromApi } from "../wiring-refunds.ts";
import { REFUND_ROUTES } from "./contract-refunds.ts";
import { mount } from "./endpoint.ts";
import { startRefund } from "./start-refund.ts";

export const handler = overApi([
  mount(
    REFUND_ROUTES.startRefund,
    startRefund({
      refunds: refunds(),
      send: sendFromApi(),
      lanes: lanes(),
      prove: prove(),
      replay: replay(),
      clock,
      log,
      merchant,
      initiator,
      firstCheck,
    }),
  ),
]);
