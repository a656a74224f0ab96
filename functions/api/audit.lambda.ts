import { ledger, overApi } from "../wiring.ts";
import { audit, listExceptions, readHistory } from "./audit.ts";
import { ROUTES } from "./contract.ts";
import { mount } from "./endpoint.ts";

export const handler = overApi([
  mount(ROUTES.readHistory, readHistory({ ledger: ledger() })),
  mount(ROUTES.audit, audit({ ledger: ledger() })),
  mount(ROUTES.listExceptions, listExceptions({ ledger: ledger() })),
]);
