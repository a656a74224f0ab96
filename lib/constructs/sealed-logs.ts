/**
 * Logs are sealed with the stage's key, all of a stack's and whoever writes them. CloudWatch Logs uses the key in its own
 * name, so writing a log takes no permission on the key.
 */
import { Aspects, AspectPriority, Stack } from "aws-cdk-lib";
import type { IAspect } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey, Key } from "aws-cdk-lib/aws-kms";
import { CfnLogGroup } from "aws-cdk-lib/aws-logs";
import type { IConstruct } from "constructs";

class SealedLogs implements IAspect {
  readonly #key: IKey;

  constructor(key: IKey) {
    this.#key = key;
  }

  visit(node: IConstruct): void {
    if (CfnLogGroup.isCfnLogGroup(node)) node.kmsKeyId = this.#key.keyArn;
  }
}

/** Every log group of the stack, those that are added after this as well. */
export const sealLogs = (stack: Stack, key: IKey): void => {
  Aspects.of(stack).add(new SealedLogs(key), { priority: AspectPriority.MUTATING });
};

/** What CloudWatch Logs asks of a key, as its guide lists it. */
const SEALING = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:DescribeKey",
];

/**
 * Lets CloudWatch Logs of this account and region use the key for log groups whose names begin so, and for nothing else
 * that is sealed with it: the service tells the key which group it seals.
 */
export const allowSealedLogs = (key: Key, names: readonly string[]): void => {
  const { partition, region, account } = Stack.of(key);
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: "LogsOfThisStage",
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: SEALING,
      resources: ["*"],
      conditions: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": names.map(
            (name) => `arn:${partition}:logs:${region}:${account}:log-group:${name}*`,
          ),
        },
      },
    }),
  );
};
