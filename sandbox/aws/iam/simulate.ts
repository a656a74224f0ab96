/**
 * AWS's rules of evaluation, as `@cloud-copilot/iam-simulate` knows them: identity policy and resource policy together,
 * every operator of conditions, a key's own policy. What must stay true: no decision is taken anywhere else.
 */
import { runUnsafeSimulation } from "@cloud-copilot/iam-simulate";

/** What AWS tells a policy about a request, by condition key. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** One permission that a call needs. */
export type Need = {
  /** Such as `dynamodb:GetItem`. */
  readonly action: string;
  /** An ARN, without wildcards. */
  readonly resource: string;
  readonly context: Context;
};

/** What is done to what, as far as the call itself says it. */
export type Bare = Omit<Need, "context"> & { readonly context?: Context };

export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** A statement of a policy, every list written as one. */
export type Statement = {
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition: Conditions;
};

export type Policies = {
  /** The ARN of the role that asks. */
  readonly principal: string;
  readonly accountId: string;
  readonly statements: readonly Statement[];
  /** The policy of the thing itself, as the template has it; null when it has none. */
  readonly resourcePolicy: unknown;
};

const NO_ORGANISATION = { serviceControlPolicies: [], resourceControlPolicies: [] };

/** Whether these policies together allow it. */
export const isAllowed = ({ action, resource, context }: Need, policies: Policies): boolean => {
  const { principal, accountId, statements, resourcePolicy } = policies;
  const policy = { Version: "2012-10-17", Statement: statements };
  const contextVariables = Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key, typeof value === "string" ? value : [...value]]),
  );
  const result = runUnsafeSimulation(
    {
      ...NO_ORGANISATION,
      identityPolicies: [{ name: "role", policy }],
      ...(resourcePolicy === null ? {} : { resourcePolicy: named(resourcePolicy) }),
      request: { action, principal, resource: { resource, accountId }, contextVariables },
    },
    {},
  );
  return result === "Allowed";
};

/** The engine explains itself with the policy's name, which only a policy in this form of the library's has. */
const named = (policyDocument: unknown) => ({
  __validated: true,
  policyDocument,
  metadata: { name: "resource" },
  errors: [],
});
