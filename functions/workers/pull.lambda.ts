import { overSchedule } from "../wiring-doors.ts";
import { countExceptionsDeps, pullDeps } from "../wiring-pull.ts";
import { countExceptions } from "./count-exceptions.ts";
import { oneAfterAnother } from "./one-after-another.ts";
import { pull } from "./pull.ts";

/** What waits is counted by whoever runs once an hour anyway. */
export const handler = overSchedule(oneAfterAnother([pull(pullDeps()), countExceptions(countExceptionsDeps())]));
