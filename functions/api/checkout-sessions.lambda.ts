import { checkoutBaseUrl, checkoutToken, checkouts } from "../wiring-checkout.ts";
import { overApi } from "../wiring-doors.ts";
import { clock, directory, payments } from "../wiring.ts";
import { CHECKOUT_ROUTES } from "./contract-checkout.ts";
import { createCheckout } from "./create-checkout.ts";
import { mount } from "./endpoint.ts";
import { createMerchantNames } from "./merchant-names.ts";
import { readCheckout } from "./read-checkout.ts";

export const handler = overApi([
  mount(
    CHECKOUT_ROUTES.createCheckoutSession,
    createCheckout({
      checkouts: checkouts(),
      directory: directory(),
      clock,
      baseUrl: checkoutBaseUrl,
      token: checkoutToken,
    }),
  ),
  mount(
    CHECKOUT_ROUTES.readCheckoutSession,
    readCheckout({
      checkouts: checkouts(),
      payments: payments(),
      merchantName: createMerchantNames({ directory: directory(), clock }),
      clock,
    }),
  ),
]);
