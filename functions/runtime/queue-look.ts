/** How many messages wait in a queue, about. */
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";

export const lookAtQueue = async (sqs: Pick<SQSClient, "send">, url: string): Promise<number> => {
  const name = "ApproximateNumberOfMessages";
  const { Attributes: found } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [name] }),
  );
  return Number(found?.[name] ?? 0);
};
