/**
 * Whether a service may invoke a function. In an account a missing permission shows only when the first request fails, so
 * the sandbox asks for it before it starts.
 */
import * as z from "zod";

import { fits } from "../aws/rest-api/policy.ts";
import type { Deployment } from "./deployment.ts";

const PermissionProperties = z.object({
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
});

export type Invoker = {
  readonly functionArn: string;
  /** `apigateway.amazonaws.com` or `events.amazonaws.com`. */
  readonly principal: string;
  readonly sourceArn: string;
};
export type RequirePermission = (invoker: Invoker) => void;

/** The check throws, naming both sides, when no permission of the template covers the invoker. */
export const permissionsOf = (deployment: Deployment): RequirePermission => {
  const permissions = deployment
    .ofType("AWS::Lambda::Permission")
    .map((resource) => resource.properties(PermissionProperties));
  return ({ functionArn, principal, sourceArn }) => {
    // With its alias, where it has one: who may invoke a function may not thereby invoke an alias of it.
    const name = functionArn.split(":function:").at(-1);
    const covered = permissions.some(
      ({ FunctionName, Principal, SourceArn }) =>
        (FunctionName === functionArn || FunctionName === name) &&
        Principal === principal &&
        (SourceArn === undefined || fits(SourceArn, sourceArn)),
    );
    if (!covered) throw new Error(`The template lets nobody invoke ${functionArn} as ${principal} from ${sourceArn}.`);
  };
};
