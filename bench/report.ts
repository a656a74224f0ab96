/** The table as a terminal shows it and as the documentation keeps it. */
import { cpus, totalmem } from "node:os";
import { priceList, assumed } from "./prices.ts";
import type { Line } from "./line.ts";

const verdict = ({ met }: Line): string => (met === null ? "" : met ? "met" : "MISSED");

const COLUMNS = [
  ["what", (line: Line) => line.what],
  ["measured", (line: Line) => line.measured],
  ["target", (line: Line) => line.target ?? ""],
  ["", verdict],
  ["note", (line: Line) => line.note],
] as const;

/** Fixed columns under one head for each section. */
export const asText = (lines: readonly Line[]): string => {
  const widths = COLUMNS.slice(0, -1).map(([, cell]) => Math.max(...lines.map((line) => cell(line).length)));
  const row = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  const sections = [...new Set(lines.map(({ section }) => section))];
  return sections
    .map((section) =>
      [
        section,
        ...lines
          .filter((line) => line.section === section)
          .map((line) => `  ${row(COLUMNS.map(([, cell]) => cell(line)))}`),
      ].join("\n"),
    )
    .join("\n\n");
};

/** Where it ran. */
export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly node: string;
  readonly memory: string;
}

export const thisMachine = (): Machine => ({
  date: new Date().toISOString().slice(0, 10),
  processor: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`,
  node: process.version,
  memory: `${(totalmem() / 2 ** 30).toFixed(0)} GB`,
});

const escaped = (cell: string): string => cell.trim().replaceAll("|", "\\|");

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(escaped).join(" | ")} |`).join("\n");

const HEADS: Readonly<Record<Line["section"], string>> = {
  Bundles: "What a cold start loads",
  Calls: "Calls for each operation",
  CPU: "CPU for each operation",
  Bill: "What a million payments cost",
  Token: "One token for a cold crowd",
  Pacing: "Pacing of payouts",
  Live: "How soon a payer's page hears",
  Batches: "Batches of payouts",
  Statements: "Statements of a million rows",
  Reconciliation: "Matching and closing a day",
};

const HOW: Readonly<Record<Line["section"], string>> = {
  Bundles:
    "Each bundle is imported in fresh processes, in turns with one that holds only the DynamoDB client and one command, bundled by the same options. The ratio is of CPU time, the least of all rounds, which is what a cold start pays for and what a busy machine hardly moves; time on the wall stands in the note.",
  Calls: "Counted where they arrive, in a sandbox of its own whose schedules are stopped.",
  CPU: "The deployed bundle against a handler that makes the same signed calls with the same payloads and does nothing else, each in a process of its own, warm, in turns, against recorded answers.",
  Bill: "Calls are counted, items measured, CPU time taken from above; prices and assumptions are data and stand below.",
  Pacing:
    "Dispatchers that take messages ten at a time make the gateway's own calls in its own slots, against a server that counts every window of a second. What a call has to do after its turn came takes a random time; answers take 0.6 s on average; clocks differ, and so does the way to the server. Virtual time, seeded, so that hours fit into seconds; the last lines are from the real clock.",
  Live: "In a sandbox of its own, two hundred payments each watched on a socket; of the last ones callbacks are sent to the gateway, ten a second, and each socket is timed. The sandbox looks at a table's stream four times a second, as Lambda does. Seconds of this machine, so a busy neighbour shows.",
  Batches:
    "The file is read, judged and frozen in a process of its own. What a payout costs is counted on DynamoDB Local, through the ledger's own calls. Unknown payouts are asked about by the gateway's own schedule in virtual time, seeded: their results come to be known to M-PESA at a random moment, and no callback tells of it.",
  Statements:
    "A made-up statement is read in a process of its own, row after row: every cell parsed, every line classified, every running balance compared.",
  Reconciliation:
    "A made-up day with faults planted in it is matched in a process of its own; its time counts only when exactly the planted faults were found. The day is then closed by the deployed function's own code in a sandbox.",
  Token:
    "Processes that start with nothing in memory ask for a token in the same instant, through the real token source and the shared item.",
};

/** The page that `npm run bench -- --write` writes. */
export const asPage = (lines: readonly Line[], machine: Machine): string => {
  const sections = [...new Set(lines.map(({ section }) => section))].map((section) => {
    const rows = lines
      .filter((line) => line.section === section)
      .map((line) => [line.what, line.measured, line.target ?? "", verdict(line), line.note]);
    return `## ${HEADS[section]}\n\n${HOW[section]}\n\n${table(["What", "Measured", "Target", "", "Note"], rows)}`;
  });
  const prices = Object.values(priceList.prices).map(({ usd, per, unit, page }) => [
    `$${usd}`,
    `${per.toLocaleString("en")} x ${unit}`,
    page,
  ]);
  const given = Object.entries(assumed).map(([name, { value, why }]) => [`\`${name}\``, String(value), why]);
  return `# Benchmarks

Written by \`npm run bench -- --write\` on ${machine.date}: ${machine.processor}, ${machine.memory}, Node.js ${machine.node}. Everything is measured in one run; what is compared took turns. Run it again before quoting it.

${sections.join("\n\n")}

## Prices

${priceList.region}, ${priceList.date}. ${priceList.note}

${table(["Price", "For", "Page"], prices)}

## Assumptions

${table(["Name", "Value", "Why"], given)}
`;
};
