/**
 * Judged rows in chunks, each shown to a screen that looks something up (payouts of the last days). What must stay true:
 * chunks are shown and come out in the input's order, and however slow the screen is, only a few of them wait.
 */
import type { RejectedRow } from "../../domain/batch-row.ts";
import type { RawRow, UnplacedRow } from "./raw-row.ts";
import type { JudgedRow } from "./validate-row.ts";

/** For each row, in order: why it can't be paid after all, or null. */
export type Screen = (rows: readonly UnplacedRow[]) => Promise<readonly (RejectedRow | null)[]>;

/** A row and what is thought of it so far. */
export interface Candidate {
  readonly line: number | null;
  readonly judged: JudgedRow;
}

/** Rows that a screen is shown at once: what DynamoDB reads in one BatchGetItem. */
export const SCREENED_AT_ONCE = 100;
/** Rejected ones among them may make a chunk so long. */
const CHUNK_LIMIT = 1_000;
const CHUNKS_IN_FLIGHT = 4;

/** Judges each row and cuts them into chunks of at most 100 accepted ones. */
export async function* chunksOf(
  rows: Iterable<RawRow> | AsyncIterable<RawRow>,
  judge: (raw: RawRow) => JudgedRow,
): AsyncGenerator<readonly Candidate[]> {
  let chunk: Candidate[] = [];
  let accepted = 0;
  for await (const raw of rows) {
    const judged = judge(raw);
    chunk.push({ line: raw.line, judged });
    if (judged.ok) accepted += 1;
    if (accepted < SCREENED_AT_ONCE && chunk.length < CHUNK_LIMIT) continue;
    yield chunk;
    chunk = [];
    accepted = 0;
  }
  if (chunk.length > 0) yield chunk;
}

const screenChunk = async (chunk: readonly Candidate[], screen: Screen): Promise<readonly Candidate[]> => {
  const rows = chunk.flatMap(({ judged }) => (judged.ok ? [judged.row] : []));
  if (rows.length === 0) return chunk;
  const verdicts = await screen(rows);
  if (verdicts.length !== rows.length) throw new Error("a screen answers for each row that it is shown");
  const waiting = verdicts.values();
  return chunk.map((candidate) => {
    if (!candidate.judged.ok) return candidate;
    const rejected = waiting.next().value ?? null;
    return rejected === null ? candidate : { line: candidate.line, judged: { ok: false, rejected } };
  });
};

/** The candidates with the screen's verdicts, in order. Rejects with what the screen rejects with. */
export async function* screened(
  chunks: AsyncIterable<readonly Candidate[]>,
  screen: Screen,
): AsyncGenerator<Candidate> {
  const running: Promise<readonly Candidate[]>[] = [];
  for await (const chunk of chunks) {
    const answer = screenChunk(chunk, screen);
    // Awaited below; until then, or after another one's failure, it is nobody's unhandled rejection.
    answer.catch(() => undefined);
    running.push(answer);
    const first = running.length < CHUNKS_IN_FLIGHT ? undefined : running.shift();
    if (first !== undefined) yield* await first;
  }
  for (const answer of running) yield* await answer;
}
