import { ask, ledger, overApi } from "../wiring.ts";
import { ROUTES } from "./contract.ts";
import { mount } from "./endpoint.ts";
import { verifyPayment } from "./verify-payment.ts";

export const handler = overApi([mount(ROUTES.verifyPayment, verifyPayment({ ledger: ledger(), ask: ask() }))]);
