import { env } from "../runtime/env.ts";
import { clientToken, clock, daraja, firstCheck, ledger, log, overApi, record, replay, shortcode } from "../wiring.ts";
import { ROUTES } from "./contract.ts";
import { mount } from "./endpoint.ts";
import { startPayment } from "./start-payment.ts";

export const handler = overApi([
  mount(
    ROUTES.startPayment,
    startPayment({
      ledger: { ...ledger(), record: record() },
      daraja: daraja(),
      replay: replay(),
      clock,
      log,
      limits: env.promptLimits,
      shortcode,
      clientToken,
      firstCheck,
    }),
  ),
]);
