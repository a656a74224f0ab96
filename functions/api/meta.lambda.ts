import { overApi } from "../wiring-doors.ts";
import { AUDIT_ROUTES } from "./contract-audit.ts";
import { mount } from "./endpoint.ts";
import { health, openapi } from "./meta.ts";

export const handler = overApi([mount(AUDIT_ROUTES.health, health()), mount(AUDIT_ROUTES.openapi, openapi())]);
