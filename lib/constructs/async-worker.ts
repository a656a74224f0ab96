/**
 * What a function that nobody waits for needs: tries that have an end, and a queue for what was given up, which rings.
 */
import type { Duration } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { deadLetters } from "./dead-letters.ts";
import type { DeadLettersProps } from "./dead-letters.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import { grantQueue } from "./grants.ts";

/** Tries after the first; Lambda waits a minute before the one and two before the other. */
export const RETRIES = 2;

export interface AsyncWorkerProps {
  readonly worker: GatewayFunction;
  readonly key: IKey;
  /** An event older than this is given up. */
  readonly maxAge: Duration;
  readonly alarm: DeadLettersProps["alarm"];
}

/** Gives an asynchronously invoked function its end of tries; answers the queue that takes what was given up. */
export const keepGivenUp = (scope: Construct, id: string, props: AsyncWorkerProps): Queue => {
  const { worker, key, maxAge } = props;
  const lost = deadLetters(scope, id, props);
  grantQueue(worker.role, lost, { how: "send", key });
  worker.lambda.configureAsyncInvoke({
    retryAttempts: RETRIES,
    maxEventAge: maxAge,
    onFailure: { bind: () => ({ destination: lost.queueArn }) },
  });
  return lost;
};
