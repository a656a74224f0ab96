/**
 * The child in which a large statement is read, alone, so that the peak of its memory is that of the reading. Arguments:
 * the template and the number of rows for a CSV made on the way, or the path of a workbook. It writes what it measured as
 * one line of JSON.
 */
import { createReadStream } from "node:fs";
import { performance } from "node:perf_hooks";
import process from "node:process";
import * as z from "zod";
import { readStatement } from "../functions/statements/read-statement.ts";
import type { OpenFile } from "../functions/statements/sheet-row.ts";
import { csvStatement } from "./statements-file.ts";

const Arguments = z.union([
  z.tuple([z.enum(["classic", "current"]), z.coerce.number().int().positive()]),
  z.tuple([z.string().endsWith(".xlsx")]),
]);

const chosen = Arguments.parse(process.argv.slice(2));
const open: OpenFile =
  chosen.length === 1 ? () => createReadStream(chosen[0]) : csvStatement({ template: chosen[0], rows: chosen[1] });
const started = performance.now();
const { events } = await readStatement(open, { mostRows: 1_100_000, mostBytes: 400_000_000 });
let lines = 0;
let rest: object = {};
for await (const event of events)
  if (event.type === "line") lines += 1;
  else if (event.type === "end")
    rest = { unreadable: event.summary.unreadableCount, breaks: event.summary.balances.breakCount };
const seconds = (performance.now() - started) / 1_000;
const peakMegabytes = (process.resourceUsage().maxRSS * 1_024) / 1_000_000;
process.stdout.write(`${JSON.stringify({ seconds, peakMegabytes, lines, ...rest })}\n`);
