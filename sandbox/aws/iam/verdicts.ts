/**
 * Verdicts on what functions ask, each kind of request judged once: thousands of calls differ only in the names of items
 * and files, which policies know by patterns. What must stay true: two requests share a verdict only when every pattern that
 * could tell them apart fits both or neither.
 */
import { matcher } from "../rest-api/policy.ts";
import { isAllowed } from "./simulate.ts";
import type { Need, Policies, Statement } from "./simulate.ts";

export type Judge = {
  /** Whether the role allows it, and what kind of request it is. */
  readonly judge: (need: Need) => { readonly allowed: boolean; readonly kind: string };
  /** What decides besides the role's statements. */
  readonly around: (need: Need) => Omit<Policies, "statements">;
};

export type JudgeOptions = Omit<Policies, "resourcePolicy"> & {
  readonly resourcePolicyOf: (arn: string) => unknown;
};

/** More kinds than any function has; beyond it they are judged again. */
const MAX_KINDS = 5_000;
/** Condition keys whose values are names of things to come. */
const NAMES_TO_COME: readonly string[] = ["dynamodb:LeadingKeys", "s3:prefix"];

export const createJudge = ({ resourcePolicyOf, ...role }: JudgeOptions): Judge => {
  const verdicts = new Map<string, boolean>();
  const around = ({ resource }: Need): Omit<Policies, "statements"> => ({
    principal: role.principal,
    accountId: role.accountId,
    resourcePolicy: resourcePolicyOf(resource),
  });
  const kindOf = createKinds(role.statements, resourcePolicyOf);
  return {
    around,
    judge(need) {
      const kind = kindOf(need);
      const known = verdicts.get(kind);
      if (known !== undefined) return { allowed: known, kind };
      if (verdicts.size >= MAX_KINDS) verdicts.clear();
      const allowed = isAllowed(need, { ...around(need), statements: role.statements });
      verdicts.set(kind, allowed);
      return { allowed, kind };
    },
  };
};

type Classify = (text: string) => string;

/** Names of files and sockets are put in classes, as are keys of items; everything else is told apart as it is. */
const createKinds = (
  statements: readonly Statement[],
  resourcePolicyOf: JudgeOptions["resourcePolicyOf"],
): ((need: Need) => string) => {
  const resourceClass = classifier(statements.flatMap(({ Resource }) => Resource));
  const keyClasses = new Map(NAMES_TO_COME.map((key) => [key, classifier(conditionsOn(key, statements))]));
  return ({ action, resource, context }) => {
    const own = resourcePolicyOf(resource);
    const isName = /^arn:aws:s3:::[^/]+\/|\/@connections\//.test(resource);
    const place = isName ? `${thingOf(resource)} ${resourceClass(resource)}` : resource;
    // A thing's own policy may know a file by a name that the role does not.
    const exact = isName && own !== null && namesFiles(own) ? resource : place;
    const told = Object.entries(context).map(([key, value]) => {
      const classify = keyClasses.get(key);
      const each = [value].flat();
      return `${key}=${classify === undefined ? JSON.stringify(value) : [...new Set(each.map(classify))].sort().join("|")}`;
    });
    return `${action} ${exact} ${told.join(" ")}`;
  };
};

const thingOf = (resource: string): string => resource.split("/")[0] ?? resource;

/** Whether a policy of a bucket speaks of some of its files, and not of all alike. */
const namesFiles = (policy: unknown): boolean => /arn:aws:s3:::[^"/]+\/(?!\*")/.test(JSON.stringify(policy));

const conditionsOn = (key: string, statements: readonly Statement[]): readonly string[] =>
  statements.flatMap(({ Condition }) => Object.values(Condition).flatMap((keys) => keys[key] ?? []));

/** Names the patterns that fit a text; what no pattern can tell apart gets one name. */
const classifier = (patterns: readonly string[]): Classify => {
  const matchers = [...new Set(patterns)].map(matcher);
  return (text) => matchers.flatMap((fits, at) => (fits(text) ? [at] : [])).join(",");
};
