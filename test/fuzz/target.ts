/** One thing that reads what strangers write: valid documents, how they are changed, and what must be true of any answer. */
import type { Chance } from "../world/core/prng.ts";

export interface Target {
  readonly name: string;
  /** Its share of all mutations, against the others'. */
  readonly weight: number;
  /**
   * Changes one of its documents and has it read. Null when all is well, else what is wrong; `credits` counts readings
   * that credited money. Throws only what must never be thrown.
   */
  readonly run: (chance: Chance) => Outcome | Promise<Outcome>;
}

export interface Outcome {
  readonly wrong: string | null;
  /** What was read. */
  readonly text: string;
  /** It was read as money that moved. */
  readonly credited: boolean;
}

/** An outcome: wrong for any reason that holds. */
export const outcome = (text: string, credited: boolean, reasons: Readonly<Record<string, boolean>>): Outcome => ({
  text,
  credited,
  wrong: Object.entries(reasons).find(([, holds]) => holds)?.[0] ?? null,
});
