/** Lays what is deployed beside what would be deployed, stack by stack, and says what has to be decided by people. */
import { fullDiff } from "@aws-cdk/cloudformation-diff";
import type { TemplateDiff } from "@aws-cdk/cloudformation-diff";
import { CARRIERS } from "./carriers.ts";
import type { Refusal, Warning } from "./finding.ts";
import { judgeExports } from "./judge-exports.ts";
import { judgeResources, replacedIn } from "./judge-resources.ts";
import { EMPTIES_BUCKETS, STATEFUL, STATELESS } from "./kinds.ts";
import type { Template, Templates } from "./template.ts";
import { warningsOf } from "./warnings.ts";

/** How many resources of one kind are made, changed and deleted. */
export interface Tally {
  readonly type: string;
  readonly made: number;
  readonly changed: number;
  readonly deleted: number;
}

export interface Verdict {
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly Warning[];
  /** Stacks that are not deployed yet; nothing of them can be lost. */
  readonly begun: readonly string[];
  /** Stacks that are deployed and would no longer be made. */
  readonly left: readonly string[];
  readonly tallies: readonly Tally[];
}

const isKnown = (type: string): boolean =>
  type in STATEFUL || type in CARRIERS || STATELESS.has(type) || type === EMPTIES_BUCKETS;

/** Kinds of resources that nobody has said of whether something is lost with them. */
export const unknownKinds = (templates: Templates): readonly string[] => {
  const types = [...templates.values()].flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
  return [...new Set(types)].filter((type) => !isKnown(type)).sort();
};

const count = (diffs: readonly TemplateDiff[]): readonly Tally[] => {
  const tallies = new Map<string, Tally>();
  for (const { isAddition, isRemoval, newValue, oldValue } of diffs.flatMap(({ resources }) =>
    Object.values(resources.changes),
  )) {
    const type = newValue?.Type ?? oldValue?.Type ?? "";
    const { made, changed, deleted } = tallies.get(type) ?? { made: 0, changed: 0, deleted: 0 };
    tallies.set(type, {
      type,
      made: made + Number(isAddition),
      changed: changed + Number(!isAddition && !isRemoval),
      deleted: deleted + Number(isRemoval),
    });
  }
  return [...tallies.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
};

const both = (deployed: Templates, next: Templates) =>
  [...deployed].flatMap(([stack, before]): { stack: string; before: Template; after: Template }[] => {
    const after = next.get(stack);
    return after === undefined ? [] : [{ stack, before, after }];
  });

export const judge = (deployed: Templates, next: Templates): Verdict => {
  const compared = both(deployed, next).map((pair) => ({ ...pair, diff: fullDiff(pair.before, pair.after) }));
  return {
    refusals: [
      ...compared.flatMap(judgeResources),
      ...judgeExports(deployed, next, new Map(compared.map(({ stack, diff }) => [stack, replacedIn(diff)]))),
    ],
    warnings: compared.flatMap(warningsOf),
    begun: [...next.keys()].filter((stack) => !deployed.has(stack)),
    left: [...deployed.keys()].filter((stack) => !next.has(stack)),
    tallies: count(compared.map(({ diff }) => diff)),
  };
};
