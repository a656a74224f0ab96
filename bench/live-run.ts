/** `npm run bench:live`: how soon those outside hear of a callback, and how soon a link's page is there, as one table. */
import process from "node:process";
import { checkoutPageLines } from "./checkout-page.ts";
import { liveLines } from "./live.ts";
import { asText } from "./report.ts";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true"; // the functions deploy on a newer runtime
process.stdout.write(`${asText([...(await liveLines()), ...(await checkoutPageLines())])}\n`);
