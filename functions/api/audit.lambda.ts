import { ledger } from "../wiring.ts";
import { overApi } from "../wiring-doors.ts";
import { audit, listExceptions, readHistory } from "./audit.ts";
import { AUDIT_ROUTES } from "./contract-audit.ts";
import { mount } from "./endpoint.ts";

export const handler = overApi([
  mount(AUDIT_ROUTES.readHistory, readHistory({ ledger: ledger() })),
  mount(AUDIT_ROUTES.audit, audit({ ledger: ledger() })),
  mount(AUDIT_ROUTES.listExceptions, listExceptions({ ledger: ledger() })),
]);
