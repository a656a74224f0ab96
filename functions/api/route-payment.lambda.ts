import { clock, payments, log } from "../wiring.ts";
import { storefronts, toldLedger } from "../wiring-c2b.ts";
import { overApi } from "../wiring-doors.ts";
import { C2B_ROUTES } from "./contract-c2b.ts";
import { mount } from "./endpoint.ts";
import { routePayment } from "./route-payment.ts";

export const handler = overApi([
  mount(C2B_ROUTES.routePayment, routePayment({ ledger: payments(), told: toldLedger(), storefronts, clock, log })),
]);
