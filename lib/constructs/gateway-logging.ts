/** What API Gateway writes access logs with: one setting for the whole account and region, which outlives the stack. */
import { RemovalPolicy } from "aws-cdk-lib";
import { CfnAccount } from "aws-cdk-lib/aws-apigateway";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { accept } from "./accepted.ts";

/** Whatever writes an access log waits for it. */
export const gatewayLogging = (scope: Construct): CfnAccount => {
  const role = new Role(scope, "GatewayLogRole", {
    assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName("service-role/AmazonAPIGatewayPushToCloudWatchLogs")],
  });
  role.applyRemovalPolicy(RemovalPolicy.RETAIN);
  accept(role, {
    id: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
    reason:
      "The setting belongs to API Gateway in the whole account, not to this stack, and this policy is the one that AWS documents for it; a narrower one would silence the logs of other APIs. The role can be assumed by API Gateway alone and can do nothing but write logs.",
  });
  const account = new CfnAccount(scope, "GatewayLogging", { cloudWatchRoleArn: role.roleArn });
  account.applyRemovalPolicy(RemovalPolicy.RETAIN);
  account.node.addDependency(role);
  return account;
};
