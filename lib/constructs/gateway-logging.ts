/**
 * What API Gateway writes access logs with: one setting for the whole account and region, which outlives the stack and
 * serves every API there. So its role may do what API Gateway's guide lists, for any log of this account and region and
 * for none elsewhere.
 */
import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { CfnAccount } from "aws-cdk-lib/aws-apigateway";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

const WRITES_LOGS = [
  "logs:CreateLogGroup",
  "logs:CreateLogStream",
  "logs:DescribeLogGroups",
  "logs:DescribeLogStreams",
  "logs:PutLogEvents",
  "logs:GetLogEvents",
  "logs:FilterLogEvents",
];

/** Whatever writes an access log waits for it. */
export const gatewayLogging = (scope: Construct): CfnAccount => {
  const { partition, region, account: id } = Stack.of(scope);
  const role = new Role(scope, "GatewayLogRole", { assumedBy: new ServicePrincipal("apigateway.amazonaws.com") });
  const policy = new ManagedPolicy(scope, "GatewayLogPolicy", {
    description: "All that its role may do.",
    roles: [role],
    statements: [new PolicyStatement({ actions: WRITES_LOGS, resources: [`arn:${partition}:logs:${region}:${id}:*`] })],
  });
  const account = new CfnAccount(scope, "GatewayLogging", { cloudWatchRoleArn: role.roleArn });
  // API Gateway tries the role when it is told of it.
  account.node.addDependency(role, policy);
  for (const kept of [role, policy, account]) kept.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return account;
};
