/** The generated parts of docs/operations.md: what the functions read from their environment and what their logs say. */
import { ENV } from "../../functions/runtime/env.ts";
import type { EnvName } from "../../functions/runtime/env.ts";
import { MESSAGES } from "../../functions/runtime/logger.ts";
import { code, table } from "./markdown.ts";

/** One line for each variable; one without a line does not compile. */
const VARIABLES: Readonly<Record<EnvName, string>> = {
  transactionsTable: "Name of the table that holds payments, receipt claims, exceptions and kept evidence.",
  idempotencyTable: "Name of the table in which Powertools keeps answers for one hour.",
  directoryTable: "Name of the table of storefronts and hashed API keys.",
  coordinationTable: "Name of the table of what processes share and may forget: token, leases, slots, prompt guards.",
  webhooksTable: "Name of the table of webhook endpoints and their deliveries.",
  darajaSecret:
    "ARN of the Daraja credentials. The value is read lazily and kept for five minutes, or until it is refused.",
  signingSecret: "ARN of the key that signs callback addresses and client tokens.",
  pepperSecret: "ARN of the key that API keys are hashed with.",
  phoneKeysSecret: "ARN of the key that phone numbers are hashed and sealed with.",
  darajaEnvironment:
    "`sandbox` or `production`: chooses Safaricom's host, certificate and rules for callback addresses.",
  darajaBaseUrl: "Replaces Safaricom's host. Set only in the local stage, where the simulator answers.",
  callbackBaseUrl: "Where Daraja reaches the callbacks, without a slash at the end.",
  safaricomAddresses: "Addresses that callbacks are believed from, separated by commas.",
  lanes: "Calls a second that Safaricom grants, as JSON: `stk`, `query`, `bulk`.",
  promptLimits: "How often one phone may be asked, as JSON.",
  sweepIntervalSeconds: "How often the sweep runs; the schedule of questions shrinks with it.",
  payoutQueue: "Address of the queue of payouts that are to be sent.",
  batchQueue: "Address of the queue of batches that are to be looked after.",
  dayQueue: "Address of the queue of days that are to be closed.",
  webhookQueue: "Address of the queue of webhooks that are to be sent.",
  webhookLoopback:
    "`allowed` or `refused`: whether webhooks may go to this very machine. Allowed only in the local stage.",
  filesBucket: "Name of the bucket of uploaded files, frozen rows and results.",
  archiveBucket: "Name of the bucket in which nothing can be changed.",
  payoutPolicy:
    "The stage's rules for payouts, as JSON in whole shillings: `secondApprovalTotal`, `secondApprovalSingle`, `singleMaximum`, `lowFloat`.",
  balanceIntervalSeconds: "How often the balance is asked for while nothing else asks.",
  c2bValidation:
    "What customers may pay from the phone's menu, as JSON: `accept`, `minimum` and `maximum` in whole shillings, `whenUnsure`.",
  checkoutBaseUrl: "Where the checkout page is, without a slash at the end; absent until the stage has one.",
  docsBaseUrl:
    "Where the documentation is, without a slash at the end: what a problem's `type` begins with. Absent until the stage has an address for its pages.",
  socketEndpoint: "The WebSocket API with its stage, on which whoever pushes finds the open sockets.",
  allowedOrigins: "Web origins that may call the API from a browser, separated by commas; empty: none.",
  stage: "The stage's name.",
  service: "What logs and counters are filed under.",
};

const isEnvName = (name: string): name is EnvName => Object.hasOwn(ENV, name);

/** Every variable that a function may be given. */
export const environment = (): string =>
  table(
    ["Variable", "What it says"],
    Object.keys(ENV)
      .filter(isEnvName)
      .map((name) => [code(ENV[name]), VARIABLES[name]]),
  );

/** Every `code` that a log line may carry. */
export const log = (): string =>
  table(
    ["`code`", "Sentence"],
    Object.entries(MESSAGES).map(([name, sentence]) => [code(name), sentence]),
  );
