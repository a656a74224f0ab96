import { clock, count, log } from "../wiring.ts";
import { archive } from "../wiring-audit.ts";
import { overStream } from "../wiring-doors.ts";
import { archiveEntries } from "./archive-entries.ts";

export const handler = overStream(archiveEntries({ archive: archive(), clock, log, count }));
