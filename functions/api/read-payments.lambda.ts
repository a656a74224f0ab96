import { ledger } from "../wiring.ts";
import { overApi } from "../wiring-doors.ts";
import { PAYMENT_ROUTES } from "./contract-payments.ts";
import { mount } from "./endpoint.ts";
import { listPayments, readPayment } from "./read-payments.ts";

export const handler = overApi([
  mount(PAYMENT_ROUTES.readPayment, readPayment({ ledger: ledger() })),
  mount(PAYMENT_ROUTES.listPayments, listPayments({ ledger: ledger() })),
]);
