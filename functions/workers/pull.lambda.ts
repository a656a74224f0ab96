import { overSchedule } from "../wiring-doors.ts";
import { pullDeps } from "../wiring-pull.ts";
import { pull } from "./pull.ts";

export const handler = overSchedule(pull(pullDeps()));
