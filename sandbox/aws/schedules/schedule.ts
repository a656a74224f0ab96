/** A schedule of the template, whichever of EventBridge's two services it belongs to. */
import type { Targets } from "../../lambda/targets.ts";
import type { Deployment } from "../../template/deployment.ts";
import type { RequirePermission } from "../../template/permissions.ts";
import type { Next } from "./cron.ts";

export type Schedule = {
  readonly logicalId: string;
  /** Null forever when it is disabled. */
  readonly next: Next;
  /** Hands its events over, as due at `dueMs`. */
  run(dueMs: number): void;
};

export type ScheduleContext = {
  readonly deployment: Deployment;
  /** Replaces the fastest rate. */
  readonly fastestMs: number;
  readonly targets: Targets;
  readonly requirePermission: RequirePermission;
};

export const never: Next = () => null;

/** As the services write times: `2026-01-31T23:59:00Z`. */
export const timestamp = (instantMs: number): string => new Date(instantMs).toISOString().replace(/\.\d{3}Z$/, "Z");
