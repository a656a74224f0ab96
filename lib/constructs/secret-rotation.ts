/**
 * The clock that rotates the stage's own secrets. What must stay true: only Secrets Manager may run the function, and only
 * for these secrets; a deployment never begins a rotation by itself.
 */
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnRotationSchedule } from "aws-cdk-lib/aws-secretsmanager";
import { Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { DataStack } from "../data-stack.ts";
import { ROTATED } from "../function-spec.ts";
import type { Stage } from "../stage.ts";
import type { GatewayFunction } from "./gateway-function.ts";

export interface SecretRotationProps {
  readonly stage: Stage;
  readonly data: DataStack;
  readonly worker: GatewayFunction;
}

/** Written out, because the library's own construct would also change the key's policy, which is the other stack's. */
export class SecretRotation extends Construct {
  constructor(scope: Construct, id: string, { stage, data, worker }: SecretRotationProps) {
    super(scope, id);
    for (const name of ROTATED) {
      const { secretArn } = data.secrets[name];
      const permission = `For-${name}`;
      worker.lambda.addPermission(permission, {
        principal: new ServicePrincipal("secretsmanager.amazonaws.com"),
        sourceArn: secretArn,
        sourceAccount: Stack.of(this).account,
      });
      const schedule = new CfnRotationSchedule(this, name, {
        secretId: secretArn,
        rotationLambdaArn: worker.lambda.functionArn,
        rotationRules: { automaticallyAfterDays: stage.secretRotationDays },
        rotateImmediatelyOnUpdate: false,
      });
      // Secrets Manager tries the function when it is told of the schedule.
      schedule.node.addDependency(worker.lambda.node.findChild(permission));
      schedule.node.addDependency(worker.role);
    }
  }
}
