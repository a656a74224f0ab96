import { checkToken, clock, count, exceptions, isSafaricom, log } from "../wiring.ts";
import { recordTold, shortcodes, storefronts, toldLedger } from "../wiring-c2b.ts";
import { overCallbacks } from "../wiring-doors.ts";
import { c2bConfirmation } from "./c2b-confirmation.ts";

export const handler = overCallbacks(
  c2bConfirmation({
    recordTold: recordTold(),
    told: toldLedger(),
    exceptions: exceptions(),
    storefronts,
    shortcodes,
    checkToken: (callback) => checkToken({ kind: "c2b-confirmation", ...callback }),
    isSafaricom,
    clock,
    log,
    count,
  }),
);
