/**
 * What the template's roles let functions do. In an account a missing permission shows when the first request meets it,
 * which for a rare request is months later; here it is refused the first time anything runs.
 */
import * as z from "zod";

import type { Deployment } from "../../template/deployment.ts";
import { fits } from "../rest-api/policy.ts";
import type { Need } from "./needs.ts";

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const Document = z.object({
  Statement: z.array(
    z.object({
      Effect: z.enum(["Allow", "Deny"]),
      Action: oneOrMore,
      Resource: oneOrMore,
      Condition: z.unknown().optional(),
    }),
  ),
});
type Statement = z.infer<typeof Document>["Statement"][number];

const PolicyProperties = z.object({ PolicyDocument: Document, Roles: z.array(z.string()).default([]) });
const RoleProperties = z.object({ Policies: z.array(z.object({ PolicyDocument: Document })).default([]) });
const FunctionProperties = z.object({ Role: z.string() });

export type Roles = {
  /** What of `needs` the function of that logical id may not do; null when it may do all, or is no function here. */
  missing(logicalId: string, needs: () => readonly Need[]): Need | null;
};

/** Reads roles and their policies. Conditions are not evaluated: a statement that has one allows nothing here. */
export const readRoles = (deployment: Deployment): Roles => {
  const attached = deployment.ofType("AWS::IAM::Policy").map((policy) => policy.properties(PolicyProperties));
  const byRole = new Map<string, readonly Statement[]>();
  for (const role of deployment.ofType("AWS::IAM::Role")) {
    const own = role.properties(RoleProperties).Policies;
    const given = attached.filter(({ Roles: roles }) => roles.includes(role.ref));
    byRole.set(
      role.attribute("Arn"),
      [...own, ...given].flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    );
  }
  const byFunction = new Map(
    deployment
      .ofType("AWS::Lambda::Function")
      .map((fn) => [fn.logicalId, byRole.get(fn.properties(FunctionProperties).Role) ?? []]),
  );
  return {
    missing(logicalId, needs) {
      const statements = byFunction.get(logicalId);
      if (statements === undefined) return null;
      return needs().find((need) => !isAllowed(statements, need)) ?? null;
    },
  };
};

const isAllowed = (statements: readonly Statement[], { action, resource }: Need): boolean => {
  const applying = statements.filter(
    ({ Action, Resource }) =>
      Action.some((pattern) => fits(pattern.toLowerCase(), action.toLowerCase())) &&
      Resource.some((pattern) => fits(pattern, resource)),
  );
  const allows = applying.some(({ Effect, Condition }) => Effect === "Allow" && Condition === undefined);
  return allows && !applying.some(({ Effect }) => Effect === "Deny");
};
