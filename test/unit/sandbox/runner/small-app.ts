/** A small CDK app with everything that the runner runs, and functions that say what they were given. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { App, Duration, Stack } from "aws-cdk-lib";
import * as gateway from "aws-cdk-lib/aws-apigateway";
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from "aws-cdk-lib/aws-dynamodb";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Queue } from "aws-cdk-lib/aws-sqs";

const ECHO = `
export const handler = async (event) => {
  if (event.path === "/slow") await new Promise((resolve) => setTimeout(resolve, 3000));
  if (event.path === "/malformed") return { body: "no status" };
  if (event.path === "/throws") throw new Error("not today");
  const { TABLE, SECRET } = process.env;
  return { statusCode: 200, body: JSON.stringify({ event, TABLE, SECRET }) };
};`;

/** Lets in \`Bearer good-<name>\`, refuses \`bad\` with a policy, breaks for \`broken\`, does not know the rest. Counts its runs. */
const AUTHORISE = `
let asked = 0;
export const handler = async ({ authorizationToken, methodArn }) => {
  asked += 1;
  const token = authorizationToken.slice("Bearer ".length);
  if (token === "broken") return { principalId: 1 };
  if (token !== "bad" && !token.startsWith("good")) throw new Error("Unauthorized");
  return {
    principalId: token,
    policyDocument: { Version: "2012-10-17", Statement: [
      { Effect: token === "bad" ? "Deny" : "Allow", Action: "execute-api:Invoke", Resource: token === "good-one-route" ? methodArn : "*" } ] },
    context: { asked, beta: true },
    usageIdentifierKey: "usage-of-" + token,
  };
};`;

const FAILING = `export const handler = async (event) => { throw new Error("never works"); };`;

export type SmallApp = { readonly app: App; readonly data: Stack; readonly front: Stack };

/** The app, not yet synthesised, so that a test can add to it. */
export const smallApp = (directory: string): SmallApp => {
  const code = (name: string, source: string): Code => {
    const folder = path.join(directory, `code-${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "index.mjs"), source);
    return Code.fromAsset(folder);
  };
  const app = new App({
    outdir: path.join(directory, "assembly"),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  const data = new Stack(app, "Data");
  const table = new Table(data, "Ledger", {
    partitionKey: { name: "pk", type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: "expires",
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
  });
  table.addGlobalSecondaryIndex({
    indexName: "by_time",
    partitionKey: { name: "day", type: AttributeType.STRING },
    projectionType: ProjectionType.KEYS_ONLY,
  });
  const secret = new Secret(data, "Pepper", {
    generateSecretString: {
      secretStringTemplate: "{}",
      generateStringKey: "current",
      excludePunctuation: true,
      passwordLength: 64,
    },
  });

  const front = new Stack(app, "Front");
  const lambda = (id: string, source: string): Lambda =>
    new Lambda(front, id, {
      runtime: Runtime.NODEJS_22_X,
      handler: "index.handler",
      code: code(id, source),
      timeout: Duration.seconds(10),
    });
  const echo = lambda("Echo", ECHO);
  echo.addEnvironment("TABLE", table.tableName);
  echo.addEnvironment("SECRET", secret.secretArn);
  storefrontApi(front, echo, lambda("Authorise", AUTHORISE));
  const callbacks = new gateway.RestApi(front, "Callbacks", { cloudWatchRole: false });
  callbacks.root.resourceForPath("/callbacks/{id}").addMethod("POST", new gateway.LambdaIntegration(echo));

  const lost = new Queue(front, "Lost");
  const failing = lambda("Failing", FAILING);
  failing.configureAsyncInvoke({ retryAttempts: 1, onFailure: new SqsDestination(lost) });
  new Rule(front, "Tick", { schedule: Schedule.rate(Duration.minutes(1)), targets: [new LambdaFunction(failing)] });
  return { app, data, front };
};

const storefrontApi = (stack: Stack, echo: Lambda, authorise: Lambda): void => {
  const api = new gateway.RestApi(stack, "Storefront", {
    cloudWatchRole: false,
    apiKeySourceType: gateway.ApiKeySourceType.AUTHORIZER,
    defaultCorsPreflightOptions: { allowOrigins: ["https://a.example", "https://b.example"] },
    deployOptions: { methodOptions: { "/limited/GET": { throttlingRateLimit: 0.001, throttlingBurstLimit: 2 } } },
  });
  const authorizer = new gateway.TokenAuthorizer(stack, "Door", {
    handler: authorise,
    validationRegex: "^Bearer [a-z-]+$",
    resultsCacheTtl: Duration.minutes(1),
  });
  const to = (timeoutMs: number): gateway.LambdaIntegration =>
    new gateway.LambdaIntegration(echo, { timeout: Duration.millis(timeoutMs), allowTestInvoke: false });
  const open = (at: string): void =>
    void api.root.resourceForPath(at).addMethod("GET", to(at === "/slow" ? 500 : 29_000));
  for (const at of ["/open", "/slow", "/malformed", "/throws", "/limited"]) open(at);
  api.root.resourceForPath("/open").addMethod("POST", to(29_000));
  api.root.resourceForPath("/closed/{id}").addMethod("GET", to(29_000), { authorizer });
  api.root.resourceForPath("/metered").addMethod("GET", to(29_000), { authorizer, apiKeyRequired: true });
  api.addGatewayResponse("NotFound", {
    type: gateway.ResponseType.MISSING_AUTHENTICATION_TOKEN,
    statusCode: "404",
    templates: { "application/json": '{"code":"not_found","request_id":"$context.requestId"}' },
  });
  const plan = api.addUsagePlan("Standard", {
    name: "standard",
    throttle: { rateLimit: 1000, burstLimit: 1000 },
    quota: { limit: 2, period: gateway.Period.DAY },
    apiStages: [{ stage: api.deploymentStage }],
  });
  plan.addApiKey(api.addApiKey("Good", { value: "usage-of-good-customer-one" }));
};
