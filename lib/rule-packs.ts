/**
 * The rule packs that a deployment has to pass without a finding. Apart from the app because they judge the stacks and
 * shape nothing: whoever only runs the templates does not need to load them.
 */
import { Validations } from "aws-cdk-lib";
import type { App } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";

export const rulePacks = (app: App) => [new AwsSolutionsChecks(app), new ServerlessChecks(app)] as const;

/** Makes synthesis fail on any finding of any pack that nobody accepted. */
export const addRulePacks = (app: App): void => {
  Validations.of(app).addPlugins(...rulePacks(app));
};
