import { clock, log } from "../wiring.ts";
import { batches, files, freeze, inTurn, steer } from "../wiring-payouts.ts";
import { overUploads } from "../wiring-doors.ts";
import { importBatch } from "./import-batch.ts";

export const handler = overUploads(
  importBatch({ files, batches: batches(), freeze: freeze(), inTurn: inTurn(), change: steer(), clock, log }),
);
