import { env } from "../runtime/env.ts";
import { checkToken, clock, count, isSafaricom, log, wait } from "../wiring.ts";
import { shortcodes, storefronts, toldLedger } from "../wiring-c2b.ts";
import { overCallbacks } from "../wiring-doors.ts";
import { c2bValidation } from "./c2b-validation.ts";

export const handler = overCallbacks(
  c2bValidation({
    told: toldLedger(),
    storefronts,
    shortcodes,
    checkToken: (callback) => checkToken({ kind: "c2b-validation", ...callback }),
    rules: env.c2bValidation,
    isSafaricom,
    clock,
    log,
    count,
    wait,
  }),
);
