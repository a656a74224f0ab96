import { clock, log, shortcode } from "../wiring.ts";
import { dayQueue } from "../wiring-close.ts";
import { overSchedule } from "../wiring-doors.ts";
import { beginDays } from "./begin-days.ts";

export const handler = overSchedule(beginDays({ dayQueue, shortcode, clock, log }));
