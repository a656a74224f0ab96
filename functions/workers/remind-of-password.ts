/** Once a day: whether somebody has to change the API operator's password soon. Counting it rings an alarm. */
import { daysLeft, isAgeing } from "../daraja/password-age.ts";
import type { PasswordSince } from "../daraja/password-age.ts";
import type { Clock } from "../domain/clock.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";

export interface RemindDeps {
  readonly password: () => Promise<PasswordSince>;
  readonly clock: Clock;
  readonly count: Count;
  readonly log: Pick<Log, "warn">;
}

export const remindOfPassword = (deps: RemindDeps) => async (): Promise<void> => {
  const password = await deps.password();
  const now = deps.clock.now();
  if (!isAgeing(password, now)) return;
  deps.log.warn("password.ageing", { days_left: daysLeft(password, now) ?? "unknown" });
  deps.count("OperatorPasswordAgeing");
};
