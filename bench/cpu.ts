/**
 * CPU time of an operation as a ratio to the same calls made by hand: same client, same signatures, same payloads, same
 * answers, nothing else. Both run in processes of their own against a replay in a third, and take turns, so what is
 * compared is what Malipo's own code costs.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "./bundles.ts";
import { startDriver } from "./driver.ts";
import type { Driver } from "./driver.ts";
import { median } from "./line.ts";
import type { Recorded } from "./recorded.ts";

export interface CpuOptions {
  readonly main: Bundle;
  /** The bundled floor-calls.ts. */
  readonly floor: Bundle;
  readonly directory: string;
  readonly warmUp: number;
  readonly rounds: number;
  readonly iterations: number;
}

export interface CpuRatio {
  readonly ratio: number;
  /** Median of the rounds, milliseconds for each operation. */
  readonly oursMs: number;
  readonly floorMs: number;
}

const batchOf = (count: number, event: () => unknown): readonly unknown[] => Array.from({ length: count }, event);

export const measureCpu = async (name: string, operation: Recorded, options: CpuOptions): Promise<CpuRatio> => {
  const file = join(options.directory, `${name}-calls.json`);
  const calls = operation.runs.at(-1) ?? [];
  writeFileSync(file, JSON.stringify(calls));
  const environment = { ...operation.environment, FLOOR_CALLS: file };
  const floor = await startDriver({ main: options.main, handler: options.floor, environment });
  const spent = async (driver: Driver, count: number, status: number): Promise<number> =>
    (await driver.run(batchOf(count, operation.event), status)).cpuMs / count;
  try {
    await spent(operation.driver, options.warmUp, operation.status);
    await spent(floor, options.warmUp, 200);
    const ours: number[] = [];
    const base: number[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      ours.push(await spent(operation.driver, options.iterations, operation.status));
      base.push(await spent(floor, options.iterations, 200));
    }
    return { ratio: median(ours) / median(base), oursMs: median(ours), floorMs: median(base) };
  } finally {
    await floor.close();
  }
};
