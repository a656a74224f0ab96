/**
 * `npm run bench`: everything that is promised about size, calls, CPU, cost and tokens, measured in one run and printed as
 * one table. `--json FILE` keeps it for programs, `--write` for readers (docs/benchmarks.md). Exit status 0 whatever was
 * met: it is a measurement, the promises themselves are held by tests.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { ROOT } from "../lib/constructs/bundling.ts";
import { laidOut } from "../scripts/laid-out.ts";
import { computeBill, standingOf } from "./bill-lines.ts";
import type { Bill } from "./bill-lines.ts";
import { bundleFunctions, bundleOwn } from "./bundles.ts";
import { callLines } from "./call-lines.ts";
import { checkoutPageLines } from "./checkout-page.ts";
import { countAll } from "./counts.ts";
import { measureCpu } from "./cpu.ts";
import type { CpuRatio } from "./cpu.ts";
import { measureImports } from "./imports.ts";
import { atMost, exactly, plain, times } from "./line.ts";
import type { Line } from "./line.ts";
import { recordOperations } from "./recorded.ts";
import type { Operations } from "./recorded.ts";
import { livePacingLines, virtualPacingLines } from "./pacing-lines.ts";
import { payoutCostLines } from "./payout-costs.ts";
import { asPage, asText, thisMachine } from "./report.ts";
import { startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";
import { dayLines } from "./day.ts";
import { liveLines } from "./live.ts";
import { matchingLines } from "./matching.ts";
import { batchLines } from "./rows.ts";
import { runCrowd } from "./token.ts";
import { statementImportLines } from "./statement-import.ts";
import { statementLines } from "./statements.ts";
import { unknownLines } from "./unknown-payouts.ts";

const IMPORT_ROUNDS = 15;
const COUNTS = { warmUp: 5, operations: 20, silent: 8 } as const;
const RECORDED_RUNS = 10;
const CROWD = { processes: 8, callersEach: 25 } as const;
const MOST_CPU_TIMES = 1.5;

const PAGE = join(ROOT, "docs/benchmarks.md");
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** A start takes several times as long as the others, so it is run fewer times; each still more than 300 times. */
const CPU_RUNS = {
  start: { warmUp: 200, rounds: 7, iterations: 50 },
  callback: { warmUp: 600, rounds: 9, iterations: 150 },
  poll: { warmUp: 600, rounds: 7, iterations: 150 },
} as const;

/** Where the CPU time beyond the floor goes, by profile. */
const WHERE = {
  start: "beyond the floor: parsing and checking the request, Powertools Idempotency, sealing the phone, the log line",
  callback:
    "the floor is one small write; beyond it: the log line and its masking, packing and sealing the message, the history entry, the address's token",
} as const;

const cpuLine = (what: string, { ratio, oursMs, floorMs }: CpuRatio, where: string): Line => {
  const medians = `${oursMs.toFixed(2)} ms against ${floorMs.toFixed(2)} ms, medians of rounds`;
  return atMost(
    { section: "CPU", what, note: ratio > MOST_CPU_TIMES ? `${medians}; ${where}` : medians },
    { measured: ratio, most: MOST_CPU_TIMES, show: times },
  );
};

const measureAllCpu = async (operations: Operations, directory: string) => {
  const programs = { main: bundleOwn("driver-main", directory), floor: bundleOwn("floor-calls", directory), directory };
  return {
    start: await measureCpu("start", operations.start, { ...programs, ...CPU_RUNS.start }),
    callback: await measureCpu("callback", operations.callback, { ...programs, ...CPU_RUNS.callback }),
    poll: await measureCpu("poll", operations.poll, { ...programs, ...CPU_RUNS.poll }),
  };
};

const tokenLine = async (rig: Rig, directory: string): Promise<Line> => {
  const table = [...rig.tables.keys()].find((name) => /coordination/i.test(name));
  if (table === undefined) throw new Error("the stage has no coordination table");
  const crowd = await runCrowd({ ...CROWD, directory, dynamoDbUrl: rig.sandbox.dynamoDbUrl, table });
  const what = `OAuth requests of ${crowd.callers} cold callers in ${CROWD.processes} processes`;
  return {
    ...exactly({ section: "Token", what }, crowd.oauthRequests, 1),
    note: `${crowd.tokens} token among all answers`,
  };
};

interface Outcome {
  readonly lines: readonly Line[];
  readonly bill: Bill;
  /** What functions are told, for whoever imports one. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Everything that needs the gateway running. */
const measureRunning = async (directory: string): Promise<Outcome> => {
  say("Starting a sandbox ...");
  const rig = await startRig();
  try {
    say("Counting calls ...");
    const counted = await countAll(rig, COUNTS);
    say("A cold crowd asks for a token ...");
    const token = await tokenLine(rig, directory);
    say("Recording payments ...");
    const main = bundleOwn("driver-main", directory);
    const bundles = new Map(bundleFunctions(directory).map((bundle) => [bundle.name, bundle]));
    const operations = await recordOperations({ rig, main, bundles, runs: RECORDED_RUNS });
    try {
      say("Measuring CPU ...");
      const cpu = await measureAllCpu(operations, directory);
      const bill = computeBill({ counted, operations, cpu, standing: standingOf(rig) });
      const spent = [
        cpuLine("start a payment, warm", cpu.start, WHERE.start),
        cpuLine("callback, warm", cpu.callback, WHERE.callback),
        plain({ section: "CPU", what: "status poll, warm" }, times(cpu.poll.ratio), `${cpu.poll.oursMs.toFixed(2)} ms`),
      ];
      return { lines: [...callLines(counted), ...spent, ...bill.lines, token], bill, environment: rig.everyVariable() };
    } finally {
      await operations.close();
    }
  } finally {
    await rig.close();
  }
};

/** The imports come last, when nothing else runs. */
const measure = async (directory: string) => {
  const { lines, bill, environment } = await measureRunning(directory);
  say("Validating a large file of payouts ...");
  const batches = [...(await batchLines(directory)), ...(await payoutCostLines()), ...(await unknownLines())];
  say("Reading large statements ...");
  const statements = [...(await statementLines(directory)), ...(await statementImportLines(directory))];
  say("Reconciling ...");
  const reconciled = [...(await matchingLines(directory)), ...(await dayLines())];
  say("Pacing payouts ...");
  const pacing = [...(await virtualPacingLines()), ...(await livePacingLines())];
  say("Telling payers' pages ...");
  const live = [...(await liveLines()), ...(await checkoutPageLines())];
  say("Importing bundles ...");
  const imports = await measureImports({ directory, rounds: IMPORT_ROUNDS, environment });
  return { lines: [...imports, ...lines, ...batches, ...statements, ...reconciled, ...pacing, ...live], bill };
};

const { values } = parseArgs({ options: { json: { type: "string" }, write: { type: "boolean", default: false } } });
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true"; // the functions deploy on a newer runtime
const directory = mkdtempSync(join(tmpdir(), "malipo-bench-"));
try {
  const { lines, bill } = await measure(directory);
  const machine = thisMachine();
  process.stdout.write(`${asText(lines)}\n`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine, lines, bill }, null, 2)}\n`);
  if (values.write) {
    writeFileSync(PAGE, await laidOut(PAGE, asPage(lines, machine)));
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
