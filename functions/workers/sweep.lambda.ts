import { sweepDeps } from "../wiring.ts";
import { overSchedule } from "../wiring-doors.ts";
import { sweep } from "./sweep.ts";

export const handler = overSchedule(sweep(sweepDeps()));
