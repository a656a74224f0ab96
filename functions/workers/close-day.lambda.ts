import { DayMessage } from "../reconciliation-day/messages.ts";
import { env } from "../runtime/env.ts";
import { closeDaysDeps } from "../wiring-days.ts";
import { overQueue } from "../wiring-doors.ts";
import { closeDays } from "./close-day.ts";

export const handler = overQueue(env.dayQueue)(DayMessage, closeDays(closeDaysDeps()));
