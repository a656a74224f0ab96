/** `npm run bench:pacing`: the pacing of payouts alone, as one table. */
import process from "node:process";
import { livePacingLines, virtualPacingLines } from "./pacing-lines.ts";
import { asText } from "./report.ts";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true"; // the functions deploy on a newer runtime
process.stdout.write(`${asText([...(await virtualPacingLines()), ...(await livePacingLines())])}\n`);
