import { clock, wait } from "../wiring.ts";
import { overApi } from "../wiring-doors.ts";
import { healthParts } from "../wiring-health.ts";
import { checkHealth } from "./check-health.ts";
import { HEALTH_ROUTES } from "./contract-health.ts";
import { mount } from "./endpoint.ts";

export const handler = overApi([mount(HEALTH_ROUTES.checkHealth, checkHealth({ parts: healthParts(), clock, wait }))]);
