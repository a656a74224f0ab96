/**
 * What the sandboxes of one run were given, used and were refused, kept in files beside each other: tests run in several
 * processes, and only all of them together reach everything. A line is written when it happens, so that a sandbox that is
 * killed has told all the same.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

/** Where a run keeps its records; a sandbox that is not told keeps none. */
export const RECORD_VARIABLE = "MALIPO_IAM_RECORD";

const Line = z.strictObject({
  what: z.enum(["granted", "used", "refused"]),
  /** The function's logical id. */
  caller: z.string(),
  /** A grant's name, or what was refused. */
  grant: z.string(),
});
export type Line = z.infer<typeof Line>;

export type Keep = (...lines: readonly Line[]) => void;

/** Keeps nothing when there is no directory. */
export const keepIn = (directory: string | undefined): Keep => {
  if (directory === undefined || directory === "") return () => undefined;
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, `${process.pid}-${randomUUID()}.jsonl`);
  return (...lines) => {
    if (lines.length > 0) appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  };
};

/** Everything that was kept. A last line that was cut off in the middle is left out. */
export const readKept = (directory: string): readonly Line[] =>
  (existsSync(directory) ? readdirSync(directory) : [])
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(path.join(directory, name), "utf8").split("\n").slice(0, -1))
    .map((line) => Line.parse(JSON.parse(line)));
