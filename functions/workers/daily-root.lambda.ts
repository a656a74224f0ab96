import { clock, log } from "../wiring.ts";
import { archive } from "../wiring-audit.ts";
import { overSchedule } from "../wiring-doors.ts";
import { dailyRoot } from "./daily-root.ts";

export const handler = overSchedule(dailyRoot({ archive: archive(), clock, log }));
