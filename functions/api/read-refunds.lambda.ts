import { payments } from "../wiring.ts";
import { overApi } from "../wiring-doors.ts";
import { refunds } from "../wiring-refunds.ts";
import { REFUND_ROUTES } from "./contract-refunds.ts";
import { mount } from "./endpoint.ts";
import { listRefunds, readRefund } from "./read-refunds.ts";

export const handler = overApi([
  mount(REFUND_ROUTES.readRefund, readRefund({ refunds: refunds() })),
  mount(REFUND_ROUTES.listRefunds, listRefunds({ ledger: payments(), refunds: refunds() })),
]);
