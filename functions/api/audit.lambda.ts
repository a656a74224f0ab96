import { clock, exceptions, ledger } from "../wiring.ts";
import { overApi } from "../wiring-doors.ts";
import { audit, readHistory } from "./audit.ts";
import { AUDIT_ROUTES } from "./contract-audit.ts";
import { EXCEPTION_ROUTES } from "./contract-exceptions.ts";
import { readDossier } from "./dossier.ts";
import { mount } from "./endpoint.ts";
import { listExceptions, readException } from "./read-exceptions.ts";

export const handler = overApi([
  mount(AUDIT_ROUTES.readHistory, readHistory({ ledger: ledger(), clock })),
  mount(AUDIT_ROUTES.readDossier, readDossier({ ledger: ledger(), clock })),
  mount(AUDIT_ROUTES.audit, audit({ ledger: ledger(), clock })),
  mount(EXCEPTION_ROUTES.listExceptions, listExceptions({ exceptions: exceptions(), clock })),
  mount(EXCEPTION_ROUTES.readException, readException({ exceptions: exceptions(), clock })),
]);
