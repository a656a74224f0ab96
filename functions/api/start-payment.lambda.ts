import { env } from "../runtime/env.ts";
import { clientToken, clock, daraja, firstCheck, payments, log, record, shortcode } from "../wiring.ts";
import { overApi, replay } from "../wiring-doors.ts";
import { PAYMENT_ROUTES } from "./contract-payments.ts";
import { mount } from "./endpoint.ts";
import { startPayment } from "./start-payment.ts";

export const handler = overApi([
  mount(
    PAYMENT_ROUTES.startPayment,
    startPayment({
      ledger: { ...payments(), record: record() },
      daraja: daraja(),
      replay: replay(),
      clock,
      log,
      limits: env.promptLimits,
      shortcode,
      clientToken,
      checkoutBaseUrl: () => env.checkoutBaseUrl() ?? null,
      firstCheck,
    }),
  ),
]);
