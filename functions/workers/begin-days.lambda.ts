import { clock, count, log, shortcode } from "../wiring.ts";
import { dayQueue, operatorPassword } from "../wiring-close.ts";
import { overSchedule } from "../wiring-doors.ts";
import { beginDays } from "./begin-days.ts";
import { remindOfPassword } from "./remind-of-password.ts";

const begin = beginDays({ dayQueue, shortcode, clock, log });
const remind = remindOfPassword({ password: operatorPassword, clock, count, log });

export const handler = overSchedule(async () => {
  const begun = await begin();
  await remind();
  return begun;
});
