/**
 * Findings of the rule packs that we looked at and accept. Each goes on the one resource it is about, with a reason that
 * has to convince somebody who does not know us; nothing is accepted for a whole stack.
 */
import { Validations } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** One accepted finding: the rule (with the finding's own id where a rule reports several), and why. */
interface Accepted {
  readonly id: string;
  readonly reason: string;
}

export const accept = (resource: Construct, ...findings: readonly Accepted[]): void => {
  Validations.of(resource).acknowledge(...findings);
};

export const TRACING_IS_STAGE_DATA =
  "Tracing is switched by the stage's data (`xray`) and is off until somebody investigates: every request already carries one id through access log, function log and the ledger's own history, and tracing each request would cost more than the rest of its processing.";

export const NO_USER_POOL =
  "Callers are servers with API keys, checkout pages with a token for one payment, and Safaricom; none of them is a person who could sign in to a user pool.";

export const SYNCHRONOUS_ONLY =
  "Only API Gateway invokes this function, and it waits for the answer: Lambda never queues an event for it, so a dead-letter queue could never receive one. Failures reach the caller as an error and the operator through the function's alarm.";

export const NO_WEB_FIREWALL =
  "Requests without a valid key or token are refused before any function runs or any item is read, each key has a rate and a daily quota, and the stage as a whole is throttled. A web firewall inspects pages and forms, which this JSON API has none of, and would be billed on every request.";

export const NO_EXECUTION_LOG =
  "Execution logs spell out request addresses and query strings, which can hold customers' phone numbers, in a log group that API Gateway makes without a retention period. The access log has one line for each request with its status, its latencies and the gateway's own error.";
