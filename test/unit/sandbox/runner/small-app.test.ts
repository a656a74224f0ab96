import { request as httpRequest } from "node:http";

import { DescribeTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { CfnPermission } from "aws-cdk-lib/aws-lambda";
import { CfnStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { readSchedules, timerOf } from "../../../../sandbox/aws/schedules/schedules.ts";
import { createAsyncInvoke } from "../../../../sandbox/lambda/async-invoke.ts";
import type { Deployment } from "../../../../sandbox/template/deployment.ts";
import { permissionsOf } from "../../../../sandbox/template/permissions.ts";
import { startSmallSandbox } from "./small-sandbox.ts";
import type { SmallSandbox } from "./small-sandbox.ts";

let sandbox: SmallSandbox;

beforeAll(async () => {
  sandbox = await startSmallSandbox(inject("dynamoDbUrl"));
});
afterAll(() => sandbox.close());

type Event = {
  pathParameters: unknown;
  requestContext: { authorizer: Record<string, string>; identity: { sourceIp: string } };
};
type Echo = { event: Event; TABLE: string; SECRET: string };
const get = (at: string, token?: string): Promise<Response> =>
  fetch(`${sandbox.url}${at}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
const echoOf = async (response: Response): Promise<Echo> => (await response.json()) as Echo;

const aws = { region: "af-south-1", credentials: { accessKeyId: "EchoTest", secretAccessKey: "x" } };

describe("what the template holds is there", () => {
  test("a function finds the table and the secret of the other stack by name", async () => {
    const { TABLE, SECRET } = await echoOf(await get("/open"));
    const client = new DynamoDBClient({ ...aws, endpoint: sandbox.door.url });
    const { Table } = await client.send(new DescribeTableCommand({ TableName: TABLE }));
    expect(Table).toMatchObject({
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [{ IndexName: "by_time", Projection: { ProjectionType: "KEYS_ONLY" } }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
    const secrets = new SecretsManagerClient({ ...aws, endpoint: sandbox.door.url });
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: SECRET }));
    expect(JSON.parse(SecretString ?? "")).toEqual({ current: expect.stringMatching(/^[A-Za-z0-9]{64}$/) });
  });

  test("a table's stream is known once the table is", () => {
    expect(sandbox.deployment.ofType("AWS::DynamoDB::Table")[0]?.attribute("StreamArn")).toContain("/stream/");
  });

  test("a message sent to the queue's address arrives", async () => {
    const queue = sandbox.deployment.ofType("AWS::SQS::Queue")[0]!;
    const client = new SQSClient({ ...aws, endpoint: sandbox.door.url });
    await client.send(new SendMessageCommand({ QueueUrl: queue.ref, MessageBody: "hello" }));
    expect(await sandbox.queues.peek(queue.attribute("Arn"))).toContain("hello");
  });
});

describe("the AWS door", () => {
  const client = (): DynamoDBClient => new DynamoDBClient({ ...aws, endpoint: sandbox.door.url, maxAttempts: 1 });
  const table = (): string => sandbox.deployment.ofType("AWS::DynamoDB::Table")[0]!.ref;
  const read = (pk: string) => client().send(new GetItemCommand({ TableName: table(), Key: { pk: { S: pk } } }));
  const write = (pk: string) => client().send(new PutItemCommand({ TableName: table(), Item: { pk: { S: pk } } }));

  test("counts each call by caller, service and operation", async () => {
    const match = { caller: "Echo", service: "dynamodb", operation: "GetItem" } as const;
    const before = sandbox.door.calls.total(match);
    await read("nothing");
    await read("nothing");
    expect(sandbox.door.calls.total(match)).toBe(before + 2);
    expect(sandbox.door.calls.total({ ...match, caller: "Somebody" })).toBe(0);
  });

  test("loses an answer after the write was made, once", async () => {
    sandbox.door.faults.inject({ match: { operation: "PutItem" }, fault: { kind: "lose_answer" }, times: 1 });
    await expect(write("lost")).rejects.toThrow();
    expect((await read("lost")).Item).toEqual({ pk: { S: "lost" } });
    await write("kept");
  });

  test("breaks a connection before the write is made", async () => {
    sandbox.door.faults.inject({ match: { operation: "PutItem" }, fault: { kind: "refuse" }, times: 1 });
    await expect(write("refused")).rejects.toThrow();
    expect((await read("refused")).Item).toBeUndefined();
  });

  test("throttles in DynamoDB's words", async () => {
    sandbox.door.faults.inject({ match: { operation: "GetItem" }, fault: { kind: "throttle" }, times: 1 });
    await expect(read("x")).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
  });
});

describe("the gateway", () => {
  test("hands a request to the function behind the route", async () => {
    const { event } = await echoOf(
      await fetch(`${sandbox.url}/open?a=1`, { method: "POST", headers: { "x-mine": "yes" }, body: '{"b":2}' }),
    );
    expect(event).toMatchObject({
      httpMethod: "POST",
      path: "/open",
      body: '{"b":2}',
      queryStringParameters: { a: "1" },
      headers: { "x-mine": "yes" },
      requestContext: { stage: "prod", resourcePath: "/open", identity: { sourceIp: "127.0.0.1" } },
    });
  });

  test("answers for each API under its own paths", async () => {
    const { event } = await echoOf(await fetch(`${sandbox.url}/callbacks/pay_1`, { method: "POST", body: "{}" }));
    expect(event.pathParameters).toEqual({ id: "pay_1" });
    expect((await get("/callbacks/pay_1")).status).toBe(403);
  });

  test("tells another loopback address from ours, whatever it says of itself", async () => {
    const said = await new Promise<string>((resolve, reject) => {
      const options = { localAddress: "127.0.0.2", headers: { "x-forwarded-for": "127.0.0.1" } };
      httpRequest(`${sandbox.url}/open`, options, (response) => {
        response.setEncoding("utf8").once("data", resolve);
      })
        .once("error", reject)
        .end();
    });
    expect((JSON.parse(said) as Echo).event.requestContext.identity.sourceIp).toBe("127.0.0.2");
  });

  test("says what the template says when there is no such route", async () => {
    const response = await get("/nowhere");
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      code: "not_found",
      request_id: response.headers.get("x-amzn-requestid"),
    });
  });

  test("answers a preflight for the asking origin only when it is allowed", async () => {
    const ask = async (origin: string): Promise<string | null> => {
      const response = await new Promise<string | null>((resolve, reject) => {
        httpRequest(`${sandbox.url}/open`, { method: "OPTIONS", headers: { Origin: origin } }, (answer) => {
          answer.resume();
          expect(answer.statusCode).toBe(204);
          resolve(answer.headers["access-control-allow-origin"] ?? null);
        })
          .once("error", reject)
          .end();
      });
      return response;
    };
    expect(await ask("https://b.example")).toBe("https://b.example");
    expect(await ask("https://evil.example")).toBe("https://a.example");
  });

  test.each([
    ["takes too long", "/slow", 504],
    ["answers without a status", "/malformed", 502],
    ["throws", "/throws", 502],
  ])("refuses for a function that %s", async (_what, at, status) => {
    expect((await get(at)).status).toBe(status);
  });

  test("refuses a body above ten megabytes", async () => {
    const response = await fetch(`${sandbox.url}/open`, { method: "POST", body: "x".repeat(10 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
  });

  test("throttles a method by the stage's setting for it", async () => {
    const statuses = [await get("/limited"), await get("/limited"), await get("/limited")].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await get("/open")).status).toBe(200);
  });
});

describe("an authoriser", () => {
  test("is not asked about what can't be a token", async () => {
    const asked = sandbox.functions.find("Authorise").instances();
    expect((await get("/closed/1")).status).toBe(401);
    expect((await get("/closed/1", "NOT A TOKEN")).status).toBe(401);
    expect(sandbox.functions.find("Authorise").instances()).toBe(asked);
  });

  test.each([
    ["does not know", "unknown", 401],
    ["denies", "bad", 403],
    ["answers nonsense about", "broken", 500],
    ["knows", "good-caller", 200],
  ])("decides on a caller it %s", async (_what, token, status) => {
    expect((await get("/closed/1", token)).status).toBe(status);
  });

  test("passes what it knows to the function, as text", async () => {
    const { event } = await echoOf(await get("/closed/1", "good-context"));
    expect(event.requestContext.authorizer).toMatchObject({ principalId: "good-context", beta: "true" });
  });

  test("is asked once for a token while its answer is remembered", async () => {
    const first = await echoOf(await get("/closed/1", "good-cached"));
    const second = await echoOf(await get("/closed/2", "good-cached"));
    const asked = (echo: Echo): string | undefined => echo.event.requestContext.authorizer["asked"];
    expect(asked(second)).toBe(asked(first));
  });

  test("that allows one route alone denies the others from memory", async () => {
    expect((await get("/closed/1", "good-one-route")).status).toBe(200);
    expect((await get("/closed/2", "good-one-route")).status).toBe(403);
  });
});

describe("a usage plan", () => {
  test("lets in a key of the plan until its daily quota is spent", async () => {
    const statuses: number[] = [];
    for (let request = 0; request < 3; request += 1) statuses.push((await get("/metered", "good-customer-one")).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  test("lets in nobody whose key is in no plan", async () => {
    expect((await get("/metered", "good-stranger")).status).toBe(403);
  });

  test("can be given a key, as an operator would", () => {
    const { usagePlans } = sandbox.hosted(sandbox.deployment);
    usagePlans.addKey("standard", "new-key");
    const api = { id: sandbox.deployment.ofType("AWS::ApiGateway::RestApi")[0]!.ref, stage: "prod" };
    expect(usagePlans.meter(api, "new-key")).toMatchObject({ passed: true });
    expect(() => usagePlans.addKey("gold", "x")).toThrow('No usage plan "gold"');
  });
});

describe("the clock", () => {
  test("a run that keeps failing is retried and then kept in the failure queue", async () => {
    const asyncInvoke = createAsyncInvoke({
      deployment: sandbox.deployment,
      sendInNameOf: (_logicalId, arn, body) => sandbox.queues.send(arn, body),
      retryDelaysMs: [0],
    });
    await asyncInvoke.send(sandbox.functions.find("Failing"), { from: "the clock" });
    const messages = await sandbox.queues.peek(sandbox.deployment.ofType("AWS::SQS::Queue")[0]!.attribute("Arn"));
    expect(messages.map((message) => JSON.parse(message) as unknown)).toContainEqual(
      expect.objectContaining({
        requestContext: expect.objectContaining({ condition: "RetriesExhausted", approximateInvokeCount: 2 }),
        requestPayload: { from: "the clock" },
        responsePayload: expect.objectContaining({ errorMessage: "never works" }),
      }),
    );
  });

  test("fires the fastest rule at the sandbox's own interval and stops when told", async () => {
    const requirePermission = permissionsOf(sandbox.deployment);
    const fired = await new Promise<unknown[]>((resolve) => {
      const schedules = readSchedules({
        deployment: sandbox.deployment,
        fastestMs: 10,
        requirePermission,
        timer: timerOf(Date.now),
        targets: {
          kindOf: () => "function",
          deliver(arn, event) {
            schedules.stop();
            resolve([arn, event]);
          },
        },
      });
      schedules.start();
    });
    expect(fired).toEqual([
      sandbox.functions.find("Failing").arn,
      expect.objectContaining({ "detail-type": "Scheduled Event" }),
    ]);
  });
});

describe("a template is refused before anything runs", () => {
  test("when it holds what the sandbox can't run", () => {
    const withMachine = (): Deployment =>
      sandbox.deployed(({ front }) => {
        new CfnStateMachine(front, "Machine", { roleArn: "arn:aws:iam::000000000000:role/x" });
      });
    expect(withMachine).toThrow("cannot run AWS::StepFunctions::StateMachine (Machine in Front)");
  });

  test("when a route may not invoke its function", () => {
    const changed = sandbox.deployed(({ front }) => {
      for (const child of front.node.findAll()) {
        const isPermission = CfnPermission.isCfnPermission(child);
        if (isPermission) child.addPropertyOverride("Principal", "somebody.amazonaws.com");
      }
    });
    expect(() => sandbox.hosted(changed)).toThrow("lets nobody invoke");
  });
});
