/**
 * The template's queues, in fauxqs (an SQS emulator from npm), in memory. Functions know a queue by its address at the AWS
 * door; fauxqs knows it by one of its own, so the door exchanges the two.
 */
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import * as z from "zod";

import type { Deployment, Resource } from "../../template/deployment.ts";
import { isRecord } from "../../template/json.ts";
import type { QueueLook } from "../metrics/services.ts";

const QueueProperties = z.object({
  VisibilityTimeout: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  DelaySeconds: z.number().optional(),
  ReceiveMessageWaitTimeSeconds: z.number().optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.string() }).optional(),
  FifoQueue: z.literal(false, "FIFO queues are not run here").optional(),
});

const Listed = z.array(
  z.object({ name: z.string(), approximateMessageCount: z.number(), approximateInflightCount: z.number() }),
);
const Message = z.object({ sentTimestamp: z.number() });
const Inspected = z.object({
  messages: z.object({
    ready: z.array(Message),
    inflight: z.array(z.object({ message: Message, visibilityDeadline: z.number() })),
  }),
});

/** A message whose visibility timeout has passed is visible, though nobody has looked since. */
const lookOf = ({ messages: { ready, inflight } }: z.infer<typeof Inspected>, now: number): Omit<QueueLook, "name"> => {
  const oldest = [...ready, ...inflight.map(({ message }) => message)].reduce(
    (least, { sentTimestamp }) => Math.min(least, sentTimestamp),
    now,
  );
  const back = inflight.filter(({ visibilityDeadline }) => visibilityDeadline <= now).length;
  return { visible: ready.length + back, oldestMs: now - oldest };
};

export type Queues = {
  /** Where fauxqs listens. */
  readonly url: string;
  /** Puts fauxqs's own address in the place of the door's. */
  readonly rewrite: (body: string) => string;
  /** Sends to a queue of the template by its ARN. Throws when there is none. */
  send(arn: string, body: string): Promise<void>;
  /** How each queue looks now; takes nothing and hides nothing. */
  look(): Promise<readonly QueueLook[]>;
  /** Takes up to ten messages off a queue by its ARN, for tests; they stay hidden for a minute. */
  peek(arn: string): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** Null when the template has no queue: then nothing is started. */
export const startQueues = async (deployment: Deployment): Promise<Queues | null> => {
  const resources = deployment.ofType("AWS::SQS::Queue");
  if (resources.length === 0) return null;
  const { region } = deployment.place;
  const app = buildApp({ logger: false, defaultRegion: region });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const client = new SQSClient({
    endpoint: url,
    region,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
    useQueueUrlAsEndpoint: false,
  });
  const byAddress = new Map<string, string>();
  const byArn = new Map<string, string>();
  for (const resource of inOrder(resources)) {
    const address = await createQueue(client, resource);
    byAddress.set(resource.ref, address);
    byArn.set(resource.attribute("Arn"), address);
  }
  const addressOf = (arn: string): string => {
    const address = byArn.get(arn);
    if (address === undefined) throw new Error(`The template has no queue ${arn}.`);
    return address;
  };
  return {
    url,
    rewrite: (body) => rewriteAddress(body, byAddress),
    async send(arn, body) {
      await client.send(new SendMessageCommand({ QueueUrl: addressOf(arn), MessageBody: body }));
    },
    async peek(arn) {
      const asked = { QueueUrl: addressOf(arn), MaxNumberOfMessages: 10, VisibilityTimeout: 60 };
      const { Messages = [] } = await client.send(new ReceiveMessageCommand(asked));
      return Messages.map(({ Body = "" }) => Body);
    },
    async look() {
      const listed = Listed.parse((await app.inject({ url: "/_fauxqs/queues" })).json());
      return Promise.all(
        listed.map(async ({ name, approximateMessageCount, approximateInflightCount }) => {
          if (approximateMessageCount + approximateInflightCount === 0) return { name, visible: 0, oldestMs: 0 };
          const answer = await app.inject({ url: `/_fauxqs/queues/${encodeURIComponent(name)}` });
          return { name, ...lookOf(Inspected.parse(answer.json()), Date.now()) };
        }),
      );
    },
    async close() {
      client.destroy();
      await app.close();
    },
  };
};

/** A dead-letter queue before the queue that names it. */
const inOrder = (resources: readonly Resource[]): Resource[] =>
  [...resources].sort((a, b) => Number(hasRedrive(a)) - Number(hasRedrive(b)));

const hasRedrive = (resource: Resource): boolean => resource.properties(QueueProperties).RedrivePolicy !== undefined;

const createQueue = async (client: SQSClient, resource: Resource): Promise<string> => {
  const { RedrivePolicy, ...numbers } = resource.properties(QueueProperties);
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(numbers)) attributes[name] = String(value);
  if (RedrivePolicy !== undefined) attributes["RedrivePolicy"] = JSON.stringify(RedrivePolicy);
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({ QueueName: resource.attribute("QueueName"), Attributes: attributes }),
  );
  if (QueueUrl === undefined) throw new Error(`The queue ${resource.logicalId} could not be made.`);
  return QueueUrl;
};

const rewriteAddress = (body: string, byAddress: ReadonlyMap<string, string>): string => {
  const input: unknown = JSON.parse(body);
  if (!isRecord(input) || typeof input["QueueUrl"] !== "string") return body;
  return JSON.stringify({ ...input, QueueUrl: byAddress.get(input["QueueUrl"]) ?? input["QueueUrl"] });
};
