/**
 * The child in which a large statement is imported, alone, so that the peak of its memory is that of the import. Arguments:
 * the template and the number of rows. It reads, packs and keeps every line on disk, reads them all back, and writes what
 * it measured as one line of JSON.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { pipeline } from "node:stream/promises";
import * as z from "zod";
import { dayBounds } from "../functions/domain/time.ts";
import { readLines } from "../functions/statements-import/kept-lines.ts";
import { readContent } from "../functions/statements-import/read-content.ts";
import { csvStatement } from "./statements-file.ts";

const Arguments = z.tuple([z.enum(["classic", "current"]), z.coerce.number().int().positive(), z.string()]);
const [template, rows, directory] = Arguments.parse(process.argv.slice(2));
const [first, last] = [dayBounds("2026-11-20"), dayBounds("2026-11-22")];
if (first === null || last === null) throw new Error("these are days");

const kept = join(directory, `${template}-lines.ndjson.gz`);
const seconds = (since: number): number => (performance.now() - since) / 1_000;
const peak = (): number => (process.resourceUsage().maxRSS * 1_024) / 1_000_000;

const begun = performance.now();
const { content, lines } = await readContent(
  {
    ours: ["174379"],
    accountOf: () => null,
    progress: () => Promise.resolve(),
    files: { keep: (_key, bytes) => pipeline(bytes, createWriteStream(kept)) },
  },
  {
    id: "bench",
    asked: { shortcode: "174379", account: "utility", from: first.from, until: last.until },
    file: { tag: "bench", bytes: 0, open: csvStatement({ template, rows }) },
    limits: { mostRows: 1_100_000, mostBytes: 400_000_000 },
  },
);
const importSeconds = seconds(begun);
const peakMegabytes = peak();

const again = performance.now();
let found = 0;
for await (const line of readLines({ read: () => Promise.resolve(createReadStream(kept)) })({ content, lines }))
  if (line.completed) found += 1;
const readSeconds = seconds(again);

process.stdout.write(
  `${JSON.stringify({ importSeconds, readSeconds, peakMegabytes, lines: content.lineCount, found, unreadable: content.unreadableCount })}\n`,
);
