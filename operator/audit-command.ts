/** `npm run audit`: what the words mean, and what the person reads. The work is in verify-archive.ts. */
import * as z from "zod";
import type { Clock } from "../functions/domain/clock.ts";
import { nairobiDay } from "../functions/domain/time.ts";
import { idBehind, readEntries, readProofs } from "../functions/store/ledger-proof.ts";
import type { LedgerReader } from "../functions/store/ledger-proof.ts";
import type { ArchiveReader } from "./archive-reader.ts";
import { readCommandLine, required, requiredStage } from "./arguments.ts";
import type { CommandLine } from "./arguments.ts";
import { CalledWrongly, NotDone } from "./refusal.ts";
import { dataStack } from "./stage.ts";
import type { DataOutput, ReadOutput, Stacks } from "./stage.ts";
import type { Terminal } from "./terminal.ts";
import { verifyArchive } from "./verify-archive.ts";

const HELP = `Proves that nothing on a deployed stage's ledger or in its archive was changed.

  npm run audit -- verify  --stage STAGE [--from YYYY-MM-DD] [--to YYYY-MM-DD]
  npm run audit -- dossier --stage STAGE --id ID_OR_RECEIPT

STAGE is sandbox or production; days are Nairobi days. verify reads the archive, computes every digest and every day's
root again and lays them beside the ledger; it ends with status 1 when anything disagrees, and says where.
dossier prints one history with the verdict on its chain, as JSON.`;

export interface AuditDeps {
  readonly stacks: Stacks;
  readonly archive: (data: ReadOutput<DataOutput>) => ArchiveReader;
  readonly ledger: (data: ReadOutput<DataOutput>) => LedgerReader;
  readonly clock: Clock;
  readonly terminal: Terminal;
}

const SHOWN = 20;
/** The root of a day is written half an hour after its end, and a failed run is repeated for some hours. */
const ROOT_WITHIN_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

const dayOf = (line: CommandLine, name: "from" | "to"): string | null => {
  const text = line.option(name);
  if (text === undefined) return null;
  if (z.iso.date().safeParse(text).success) return text;
  throw new CalledWrongly(`--${name} is a day, written YYYY-MM-DD.`);
};

const verify = async ({ stacks, archive, ledger, clock, terminal }: AuditDeps, line: CommandLine): Promise<void> => {
  const data = await dataStack(stacks, requiredStage(line));
  const reader = ledger(data);
  const now = clock.now();
  const report = await verifyArchive(
    {
      archive: archive(data),
      proofs: (ids) => readProofs(reader, ids),
      onDay: (date) => terminal.say(`Read ${date}.`),
    },
    {
      from: dayOf(line, "from"),
      to: dayOf(line, "to") ?? nairobiDay(now),
      rootsUntil: nairobiDay(now - DAY_MS - ROOT_WITHIN_MS),
    },
  );
  const { days, files, entries, histories, erasures, findings } = report;
  terminal.answer(`${days} days, ${files} files, ${entries} entries, ${histories} histories.`);
  for (const { id, at, by, because } of erasures)
    terminal.answer(`${id}: a person was erased on ${nairobiDay(at)} by ${by}, because: ${because}`);
  if (findings.length === 0) {
    terminal.answer("Everything agrees: archive, roots and ledger.");
    return;
  }
  for (const { where, what } of findings.slice(0, SHOWN)) terminal.answer(`${where}: ${what}`);
  throw new NotDone(
    `${findings.length} places disagree${findings.length > SHOWN ? `; the first ${SHOWN} are shown` : ""}. docs/audit.md says what each means.`,
  );
};

const dossier = async ({ stacks, ledger, terminal }: AuditDeps, line: CommandLine): Promise<void> => {
  const asked = required(line, "id");
  const reader = ledger(await dataStack(stacks, requiredStage(line)));
  const id = await idBehind(reader, asked);
  const found = id === null ? null : await readEntries(reader, id);
  if (!found) throw new NotDone("The ledger has nothing under that id or receipt.");
  const { proof, lines } = found;
  const entries = lines.map(({ index, chain, entry }) => ({ index, chain, ...entry }));
  terminal.answer(JSON.stringify({ id, intact: proof.broken === null, problem: proof.broken, entries }, null, 2));
};

/** Does what the words ask. @throws CalledWrongly or NotDone with a sentence for the person. */
export const auditCommand = async (deps: AuditDeps, words: readonly string[]): Promise<void> => {
  const line = readCommandLine(words, ["stage", "from", "to", "id"]);
  if (line.wantsHelp) {
    deps.terminal.answer(HELP);
    return;
  }
  if (line.action === "verify") return verify(deps, line);
  if (line.action === "dossier") return dossier(deps, line);
  throw new CalledWrongly("Say what to do: verify or dossier; --help shows how.");
};
