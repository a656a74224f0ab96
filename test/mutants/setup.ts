/**
 * Laws draw the same inputs for every mutant. Those that take seconds draw fewer than when they stand for themselves:
 * thousands of mutants live through them.
 */
import type * as FastCheck from "fast-check";
import { expect, vi } from "vitest";

const SEED = 20_261_122;
/** Laws that do not count what they have seen, and how much of them is enough. */
const LONG = /laws[/](payout|refund|masking|prompts|payer-phone)[.]test[.]ts$/;
const ENOUGH = 200;

vi.mock("fast-check", async (original) => {
  const real = await original<typeof FastCheck>();
  const assert = (property: unknown, asked: { readonly numRuns?: number } = {}): unknown => {
    const { numRuns = 100 } = asked;
    const most = LONG.test(expect.getState().testPath ?? "") ? ENOUGH : numRuns;
    const params = { ...asked, numRuns: Math.min(numRuns, most), seed: SEED, endOnFailure: true };
    return real.assert(property as Parameters<typeof real.assert>[0], params);
  };
  const sample = (values: Parameters<typeof real.sample>[0], asked: number | object = {}): unknown =>
    real.sample(values, { ...(typeof asked === "number" ? { numRuns: asked } : asked), seed: SEED });
  return { ...real, assert, sample, default: { ...real.default, assert, sample } };
});
