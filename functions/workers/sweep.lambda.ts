import { overSchedule, sweepDeps } from "../wiring.ts";
import { sweep } from "./sweep.ts";

export const handler = overSchedule(sweep(sweepDeps()));
