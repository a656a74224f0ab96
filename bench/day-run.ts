/** The day's measurement alone, as a person reads it: `npx tsx bench/day-run.ts`. */
import process from "node:process";
import { dayLines } from "./day.ts";
import { asText } from "./report.ts";

process.stdout.write(`${asText(await dayLines())}\n`);
