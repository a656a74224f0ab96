/** `npm run drill`: what the words mean, and what the person reads. The work is in drill/. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../functions/domain/clock.ts";
import type { Patience } from "../functions/store/attempts.ts";
import { readCommandLine, required } from "./arguments.ts";
import type { CommandLine } from "./arguments.ts";
import { compare } from "./drill/compare.ts";
import { exportTable } from "./drill/export-table.ts";
import { readManifest } from "./drill/exported.ts";
import { restoreTable } from "./drill/restore-table.ts";
import { dropTable } from "./drill/table-shape.ts";
import { CalledWrongly, NotDone } from "./refusal.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `Shows that a ledger can be restored: exports its tables, restores them into new ones, and lays the two side by side.

  npm run drill -- all     --tables PREFIX --to DIRECTORY [--keep]
  npm run drill -- export  --tables PREFIX --to DIRECTORY
  npm run drill -- restore --from DIRECTORY/TABLE --table NEW_TABLE
  npm run drill -- compare --from DIRECTORY/TABLE --table RESTORED_TABLE [--original TABLE]

PREFIX is how the tables' names begin, such as MalipoData-sandbox-Transactions; each is exported to a directory of its own
name. The original tables are read and never written to; all deletes the tables that it made, unless told to --keep them.
compare takes the exported table for the original unless another is named, and ends with status 1 when an item or the
hash of one history's entry differs from the original's. A table that is written to during the export is no single
moment's: on a busy stage restore by point in time, export what was restored, and compare it with the original.
An export holds what the ledger holds: keep it as you keep the ledger, and delete it afterwards.
In a sandbox: AWS_ENDPOINT_URL_DYNAMODB is the address that npm start prints as Tables.`;

export interface DrillDeps extends Patience {
  readonly dynamo: DynamoDBClient;
  readonly clock: Clock;
  readonly terminal: Terminal;
}

/** More findings than a person reads. */
const SHOWN = 20;

const tablesOf = async ({ dynamo }: DrillDeps, prefix: string): Promise<readonly string[]> => {
  const tables: string[] = [];
  let start: string | undefined;
  do {
    const page = await dynamo.send(
      new ListTablesCommand(start === undefined ? {} : { ExclusiveStartTableName: start }),
    );
    tables.push(...(page.TableNames ?? []).filter((name) => name.startsWith(prefix)));
    start = page.LastEvaluatedTableName;
  } while (start !== undefined);
  if (tables.length === 0) throw new NotDone(`No table's name begins with ${prefix} in this account and region.`);
  return tables;
};

/** Gives the directories, one for each table. */
const exportAll = async (deps: DrillDeps, line: CommandLine): Promise<readonly string[]> => {
  const to = required(line, "to");
  const directories: string[] = [];
  for (const table of await tablesOf(deps, required(line, "tables"))) {
    const directory = path.join(to, table);
    const { items, files } = await exportTable(deps, table, directory);
    deps.terminal.answer(
      `exported ${table}: ${items} items in ${files.length} ${files.length === 1 ? "file" : "files"}`,
    );
    directories.push(directory);
  }
  return directories;
};

const restoreOne = async (deps: DrillDeps, directory: string, table: string): Promise<void> => {
  const items = await restoreTable(deps, directory, table);
  deps.terminal.answer(`restored ${table}: ${items} items`);
};

const compareOne = async (
  deps: DrillDeps,
  directory: string,
  { restored, original = readManifest(directory).table }: { readonly restored: string; readonly original?: string },
): Promise<void> => {
  const { items, same, goneOn, findings } = await compare({ reader: deps, directory, original, restored });
  const later = goneOn === 0 ? "" : `, ${goneOn} have gone on since and begin the same`;
  deps.terminal.answer(`compared ${restored} with ${original}: ${items} items, ${same} histories the same${later}`);
  for (const finding of findings.slice(0, SHOWN)) deps.terminal.answer(`  ${finding}`);
  if (findings.length > 0)
    throw new NotDone(`${findings.length} findings: what was restored is not what was exported. Do not use it.`);
};

const compareNamed = (deps: DrillDeps, line: CommandLine): Promise<void> => {
  const original = line.option("original");
  const restored = required(line, "table");
  return compareOne(deps, required(line, "from"), original === undefined ? { restored } : { restored, original });
};

/** The whole drill, table by table. */
const drillAll = async (deps: DrillDeps, line: CommandLine): Promise<void> => {
  for (const directory of await exportAll(deps, line)) {
    const restored = `${path.basename(directory)}-drill-${randomUUID().slice(0, 8)}`;
    const began = deps.clock.now();
    await restoreOne(deps, directory, restored);
    try {
      await compareOne(deps, directory, { restored });
      deps.terminal.say(`restored and compared in ${((deps.clock.now() - began) / 1_000).toFixed(1)} s`);
    } finally {
      if (!line.has("keep")) await dropTable(deps.dynamo, restored);
    }
  }
};

export const drillCommand = async (deps: DrillDeps, words: readonly string[]): Promise<void> => {
  const line = readCommandLine(words, ["tables", "to", "from", "table", "original"], ["keep"]);
  if (line.wantsHelp) {
    deps.terminal.answer(HELP);
    return;
  }
  if (line.action === "all") await drillAll(deps, line);
  else if (line.action === "export") await exportAll(deps, line);
  else if (line.action === "restore") await restoreOne(deps, required(line, "from"), required(line, "table"));
  else if (line.action === "compare") await compareNamed(deps, line);
  else throw new CalledWrongly("The actions are all, export, restore and compare; --help shows how.");
};
