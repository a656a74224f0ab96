/**
 * `npm run exhaustive`: lives through every interleaving of the small scopes, and of some that are too large for every run
 * of the tests. Ends with 1 when anything is wrong.
 */
import { exploreScope } from "./live.ts";
import { LARGE, SMALL_PAYMENTS, SMALL_PAYOUTS } from "./scopes.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const counted = (count: bigint | number): string => count.toLocaleString("en");

for (const { what, scope, ...faults } of [
  ...Object.values(SMALL_PAYMENTS),
  ...Object.values(SMALL_PAYOUTS),
  ...LARGE,
]) {
  const began = process.cpuUsage().user;
  const { interleavings, states, broken } = await exploreScope(scope(), faults);
  const seconds = ((process.cpuUsage().user - began) / 1e6).toFixed(1);
  if (broken) {
    process.exitCode = 1;
    say(`${what}: BROKEN`);
    [...broken.violations, "after:", ...broken.story].forEach((line) => say(`  ${line}`));
  } else say(`${what}: ${counted(interleavings)} interleavings, ${counted(states)} states, ${seconds} s of a core`);
}
