import { log, measure } from "../wiring.ts";
import { overStream } from "../wiring-doors.ts";
import { pushLive } from "../wiring-live.ts";
import { queueEvents } from "../wiring-webhooks.ts";
import { notify } from "./notify.ts";

export const handler = overStream(notify({ queueWebhooks: queueEvents(), pushLive, measure, log }));
