import { env } from "../runtime/env.ts";
import { checkouts } from "../wiring-checkout.ts";
import { overApi } from "../wiring-doors.ts";
import { clock, daraja, firstCheck, payments, log, record, shortcode } from "../wiring.ts";
import { CHECKOUT_ROUTES } from "./contract-checkout.ts";
import { mount } from "./endpoint.ts";
import { payCheckout } from "./pay-checkout.ts";

export const handler = overApi([
  mount(
    CHECKOUT_ROUTES.payCheckoutSession,
    payCheckout({
      checkouts: checkouts(),
      ledger: { ...payments(), record: record() },
      daraja: daraja(),
      clock,
      log,
      limits: env.promptLimits,
      shortcode,
      firstCheck,
    }),
  ),
]);
