import { clock, log, shortcode } from "../wiring.ts";
import { batches, files, freeze, initiator, inTurn } from "../wiring-payouts.ts";
import { overApi, replay } from "../wiring-doors.ts";
import { BATCH_ROUTES } from "./contract-batches.ts";
import { mount } from "./endpoint.ts";
import { startBatch } from "./start-batch.ts";

export const handler = overApi([
  mount(
    BATCH_ROUTES.startBatch,
    startBatch({
      batches: batches(),
      freeze: freeze(),
      inTurn: inTurn(),
      files,
      replay: replay(),
      clock,
      log,
      shortcode,
      initiator,
    }),
  ),
]);
