/**
 * Which functions get a new version little by little, and which alarm of their door takes them back beside their own. Those
 * at the money's doors that somebody waits for while it fails: a tenth of the requests show what is wrong with a version
 * before all of them do. The others get it at once (docs/deploying.md says why of each kind).
 */
import type { FunctionName } from "./functions.ts";

/** The alarm on a door's server errors, by the name that it rings under. */
export type DoorAlarm = "storefront faults" | "callback faults";

export const GRADUAL = {
  "start-payment": "storefront faults",
  "pay-checkout": "storefront faults",
  "read-payments": "storefront faults",
  authorise: "storefront faults",
  "stk-callback": "callback faults",
  "confirm-payment": "callback faults",
  results: "callback faults",
} as const satisfies Readonly<Partial<Record<FunctionName, DoorAlarm>>>;

const DOORS: Readonly<Partial<Record<FunctionName, DoorAlarm>>> = GRADUAL;

/** The door's alarm of a function that is deployed gradually; null for one that is deployed at once. */
export const doorAlarmOf = (name: FunctionName): DoorAlarm | null => DOORS[name] ?? null;
