/**
 * A function's role. What it may do is in one managed policy of its own and never inline, so that an account's tools see
 * it, keep its versions and compare it as they do every other policy. Whoever grants something grants it to the role, as
 * to any other. What must stay true: the policy fits in the 6,144 characters that IAM takes, which a test holds.
 */
import { ManagedPolicy, Role } from "aws-cdk-lib/aws-iam";
import type { AddToPrincipalPolicyResult, PolicyStatement } from "aws-cdk-lib/aws-iam";

export class FunctionRole extends Role {
  #policy: ManagedPolicy | null = null;

  override addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    // Below the role, so that a function that waits for its role waits for its permissions.
    this.#policy ??= new ManagedPolicy(this, "Policy", { description: "All that its role may do.", roles: [this] });
    this.#policy.addStatements(statement);
    return { statementAdded: true, policyDependable: this.#policy };
  }
}
