/**
 * What importing each bundle costs, as a ratio to a bundle that holds only the DynamoDB client. Every import has a
 * process of its own, and the bundles take turns, so that a busy moment of the machine falls on all of them alike; the
 * least of all rounds is the one that the machine disturbed least. Time
 * on the CPU is told beside time on the wall: it is what a cold start pays, and a busy machine hardly moves it.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as z from "zod";
import { bundleAsPublished, bundleFunctions, bundleOwn } from "./bundles.ts";
import type { Bundle } from "./bundles.ts";
import { atMost, kilobytes, median, plain, times } from "./line.ts";
import type { Line } from "./line.ts";

const run = promisify(execFile);
const PROBE = fileURLToPath(new URL("import-probe.mjs", import.meta.url));
const PROBE_TIMEOUT_MS = 30_000;

/** The functions that a person waits for, or that Safaricom calls once. */
const PROMISED: ReadonlySet<string> = new Set(["start-payment", "stk-callback", "read-payments"]);
const MOST_TIMES = 2;
const MOST_BYTES = 500_000;

/** The floor as it would be without our stand-in for the SDK's credential chain; for comparison. */
const PUBLISHED = "DynamoDB client with the SDK's whole credential chain";

/** Where the time beyond the floor goes, by profile and by leaving parts out. */
const WHERE =
  "beyond the floor: parsing the code (by size), zod with the schemas of all routes, in every function, Powertools";

const Probed = z.object({ wallMs: z.number().positive(), cpuMs: z.number().positive() });
type Probed = z.infer<typeof Probed>;

const probe = async (bundle: Bundle, environment: Readonly<Record<string, string>>): Promise<Probed> => {
  const { stdout } = await run(process.execPath, [PROBE, bundle.url], {
    env: { ...environment },
    timeout: PROBE_TIMEOUT_MS,
  });
  return Probed.parse(JSON.parse(stdout));
};

interface Ratios {
  readonly least: number;
  readonly middle: number;
}

const ratios = (ours: readonly number[], floor: readonly number[]): Ratios => ({
  least: Math.min(...ours) / Math.min(...floor),
  middle: median(ours) / median(floor),
});

const describe = (bundle: Bundle, wall: Ratios, cpu: Ratios): readonly Line[] => {
  const size = { section: "Bundles", what: `${bundle.name}: minified bundle` } as const;
  const load = { section: "Bundles", what: `${bundle.name}: import, CPU, least of rounds` } as const;
  const note = `CPU median ${times(cpu.middle)}; wall least ${times(wall.least)}, median ${times(wall.middle)}`;
  if (!PROMISED.has(bundle.name))
    return [
      plain({ section: "Bundles", what: size.what }, kilobytes(bundle.bytes)),
      plain({ section: "Bundles", what: load.what }, times(cpu.least), note),
    ];
  return [
    atMost(size, { measured: bundle.bytes, most: MOST_BYTES, show: kilobytes }),
    atMost(
      { ...load, note: cpu.least > MOST_TIMES ? `${note}; ${WHERE}` : note },
      { measured: cpu.least, most: MOST_TIMES, show: times },
    ),
  ];
};

export interface ImportOptions {
  /** Where bundles are written. */
  readonly directory: string;
  readonly rounds: number;
  /** What every function is told; a bundle reads its tables' names when it is imported. */
  readonly environment: Readonly<Record<string, string>>;
}

export const measureImports = async ({ directory, rounds, environment }: ImportOptions): Promise<readonly Line[]> => {
  const floor = bundleOwn("floor-client", directory);
  const published = { ...bundleAsPublished("floor-client", directory), name: PUBLISHED };
  const bundles = [floor, published, ...bundleFunctions(directory)];
  const measured = new Map(bundles.map(({ name }) => [name, { wall: [] as number[], cpu: [] as number[] }]));
  for (let round = 0; round < rounds; round += 1)
    for (const bundle of bundles) {
      const { wallMs, cpuMs } = await probe(bundle, environment);
      measured.get(bundle.name)?.wall.push(wallMs);
      measured.get(bundle.name)?.cpu.push(cpuMs);
    }
  const base = measured.get(floor.name) ?? { wall: [], cpu: [] };
  const about = `${rounds} rounds, one fresh process for each import, taking turns; everything below is in times of this`;
  const first = `${kilobytes(floor.bytes)}, ${Math.min(...base.cpu).toFixed(0)} ms CPU`;
  return [
    plain({ section: "Bundles", what: "DynamoDB client alone: the floor" }, first, about),
    ...bundles.slice(1).flatMap((bundle) => {
      const ours = measured.get(bundle.name) ?? base;
      return describe(bundle, ratios(ours.wall, base.wall), ratios(ours.cpu, base.cpu));
    }),
  ];
};
