import { overApi } from "../wiring.ts";
import { ROUTES } from "./contract.ts";
import { mount } from "./endpoint.ts";
import { health, openapi } from "./meta.ts";

export const handler = overApi([mount(ROUTES.health, health()), mount(ROUTES.openapi, openapi())]);
