/** `npm run bench:live`: how soon a payer's page hears of a callback, alone, as one table. */
import process from "node:process";
import { liveLines } from "./live.ts";
import { asText } from "./report.ts";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true"; // the functions deploy on a newer runtime
process.stdout.write(`${asText(await liveLines())}\n`);
