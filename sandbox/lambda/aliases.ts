/**
 * The template's aliases. Here nothing is deployed after the first time, so an alias is the one version that there is, and
 * that is the function. An alias that shares its calls between versions, or keeps instances ready, is refused.
 */
import * as z from "zod";

import type { Deployment } from "../template/deployment.ts";

/** Strict, so that a setting which is not run here is named and not ignored. */
const AliasProperties = z.strictObject({
  FunctionName: z.string(),
  FunctionVersion: z.string(),
  Name: z.string(),
  Description: z.string().optional(),
});
const VersionProperties = z.strictObject({ FunctionName: z.string(), Description: z.string().optional() });

/** The ARN of each function by those of its aliases. Throws for an alias of what is not published. */
export const readAliases = (deployment: Deployment): ReadonlyMap<string, string> => {
  const functions = new Map(
    deployment.ofType("AWS::Lambda::Function").map((resource) => [resource.ref, resource.attribute("Arn")]),
  );
  const published = new Set(
    deployment.ofType("AWS::Lambda::Version").map((resource) => {
      const { FunctionName: name } = resource.properties(VersionProperties);
      return `${name}:${resource.attribute("Version")}`;
    }),
  );
  return new Map(
    deployment.ofType("AWS::Lambda::Alias").map((resource): [string, string] => {
      const { FunctionName: name, FunctionVersion: version } = resource.properties(AliasProperties);
      const arn = functions.get(name);
      if (arn === undefined || !published.has(`${name}:${version}`))
        throw new Error(
          `${resource.logicalId} in ${resource.stack} is an alias of version ${version} of ${name}, and the template publishes no such version.`,
        );
      return [resource.ref, arn];
    }),
  );
};
