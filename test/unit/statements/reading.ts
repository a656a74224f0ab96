/** How the tests of statements read one: whole, from text, bytes or a fixture. */
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import type { StatementHead, StatementLine, UnreadableRow } from "../../../functions/domain/statement-line.ts";
import { readStatement } from "../../../functions/statements/read-statement.ts";
import type { Statement, StatementSummary } from "../../../functions/statements/read-statement.ts";
import type { StatementLimits } from "../../../functions/statements/sheet-row.ts";
import { StatementRefused } from "../../../functions/statements/statement-refused.ts";

export const LIMITS: StatementLimits = { mostRows: 10_000, mostBytes: 4_000_000 };

export interface Read {
  readonly format: Statement["format"];
  readonly head: StatementHead;
  readonly lines: readonly StatementLine[];
  readonly unreadable: readonly UnreadableRow[];
  readonly summary: StatementSummary;
}

export const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/statements/${name}`, import.meta.url));

/** The bytes in chunks of these sizes, then the rest. */
export async function* cut(bytes: Uint8Array, sizes: readonly number[] = []): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const size of sizes) {
    yield await Promise.resolve(bytes.subarray(from, from + size));
    from += size;
  }
  yield bytes.subarray(from);
}

export const readWhole = async (
  file: string | Uint8Array,
  { limits = LIMITS, sizes = [] }: { readonly limits?: StatementLimits; readonly sizes?: readonly number[] } = {},
): Promise<Read> => {
  const bytes = typeof file === "string" ? Buffer.from(file, "utf8") : file;
  const { format, head, events } = await readStatement(() => cut(bytes, sizes), limits);
  const lines: StatementLine[] = [];
  const unreadable: UnreadableRow[] = [];
  for await (const event of events)
    if (event.type === "line") lines.push(event.line);
    else if (event.type === "unreadable") unreadable.push(event.unreadable);
    else return { format, head, lines, unreadable, summary: event.summary };
  throw new Error("a statement ends with its summary");
};

/** Why the file is refused. Rejects when it is not. */
export const refusal = async (...read: Parameters<typeof readWhole>): Promise<StatementRefused> => {
  const outcome = await readWhole(...read).catch((error: unknown) => error);
  if (!(outcome instanceof StatementRefused)) throw new Error("the statement was not refused", { cause: outcome });
  return outcome;
};
