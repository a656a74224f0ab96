import { ask, clock, exceptions, payments, log, random, wait } from "../wiring.ts";
import { toldLedger } from "../wiring-c2b.ts";
import { askForReceipt, askForStatus, payouts } from "../wiring-payouts.ts";
import { askForRefund, refunds } from "../wiring-refunds.ts";
import { overApi } from "../wiring-doors.ts";
import { askAboutException } from "./ask-exception.ts";
import { EXCEPTION_ROUTES } from "./contract-exceptions.ts";
import { mount } from "./endpoint.ts";
import { assignException, noteException, resolveException } from "./work-exceptions.ts";

const deps = { exceptions: exceptions(), clock, log, wait, random };
const asking = {
  ...deps,
  ledger: payments(),
  payouts: payouts(),
  refunds: refunds(),
  ask: ask(),
  askStatus: askForStatus(),
  askRefund: askForRefund(),
  told: toldLedger(),
  askReceipt: askForReceipt(),
};

export const handler = overApi([
  mount(EXCEPTION_ROUTES.assignException, assignException(deps)),
  mount(EXCEPTION_ROUTES.noteException, noteException(deps)),
  mount(EXCEPTION_ROUTES.resolveException, resolveException(deps)),
  mount(EXCEPTION_ROUTES.askAboutException, askAboutException(asking)),
]);
