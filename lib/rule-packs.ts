/**
 * The rule packs that a deployment has to pass without a finding but those that accepted.ts lists. Apart from the app
 * because they judge the stacks and shape nothing: whoever only runs the templates does not need to load them.
 */
import { CfnResource, Validations } from "aws-cdk-lib";
import type { App, IPolicyValidationPlugin } from "aws-cdk-lib";
import { AwsSolutionsChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from "cdk-nag";
import type { NagPack } from "cdk-nag";
import { ACCEPTED } from "./constructs/accepted.ts";

export const rulePacks = (app: App): readonly NagPack[] => [
  new AwsSolutionsChecks(app),
  new ServerlessChecks(app),
  new NIST80053R5Checks(app),
  new PCIDSS321Checks(app),
];

/** One finding that is accepted on one resource. */
export interface AcceptedFinding {
  readonly resource: CfnResource;
  /** The rule's id, with the finding's own words where the rule has several findings on one resource. */
  readonly id: string;
  readonly reason: string;
}

/**
 * What accepted.ts lists, on each single resource that it holds for and on nothing above it. Of a synthesised app: only
 * then does a policy name what is in other stacks as the packs read it.
 */
export const acceptedFindings = (app: App): readonly AcceptedFinding[] =>
  app.node
    .findAll()
    .filter((node) => CfnResource.isCfnResource(node))
    .flatMap((resource) =>
      ACCEPTED.flatMap(({ name, since, reason, rules }) =>
        Object.entries(rules).flatMap(([rule, findings]) =>
          findings(resource).map((finding) => ({
            resource,
            id: finding === "" ? rule : `${rule}[${finding}]`,
            reason: `${name} (${since}): ${reason}`,
          })),
        ),
      ),
    );

/** Has no rules and runs before the packs, which all see what it accepts. */
const accepting = (app: App): IPolicyValidationPlugin => ({
  name: "malipo-accepted",
  validate: () => {
    for (const { resource, id, reason } of acceptedFindings(app)) Validations.of(resource).acknowledge({ id, reason });
    return { success: true, violations: [] };
  },
});

/** Makes synthesis fail on any finding of any pack that nobody accepted. */
export const addRulePacks = (app: App): void => {
  Validations.of(app).addPlugins(accepting(app), ...rulePacks(app));
};
