import { ledger, overApi } from "../wiring.ts";
import { ROUTES } from "./contract.ts";
import { mount } from "./endpoint.ts";
import { listPayments, readPayment } from "./read-payments.ts";

export const handler = overApi([
  mount(ROUTES.readPayment, readPayment({ ledger: ledger() })),
  mount(ROUTES.listPayments, listPayments({ ledger: ledger() })),
]);
