import { ask, payments } from "../wiring.ts";
import { overApi } from "../wiring-doors.ts";
import { PAYMENT_ROUTES } from "./contract-payments.ts";
import { mount } from "./endpoint.ts";
import { verifyPayment } from "./verify-payment.ts";

export const handler = overApi([
  mount(PAYMENT_ROUTES.verifyPayment, verifyPayment({ ledger: payments(), ask: ask() })),
]);
