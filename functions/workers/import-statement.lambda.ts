import { log } from "../wiring.ts";
import { overUploads } from "../wiring-doors.ts";
import { takeStatement } from "../wiring-statements.ts";
import { importUpload } from "./import-statement.ts";

export const handler = overUploads(importUpload({ importStatement: takeStatement(), log }));
