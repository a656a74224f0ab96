/**
 * Findings of the rule packs that we looked at and accept. Each goes on the one resource it is about, with a reason that
 * has to convince somebody who does not know us; nothing is accepted for a whole stack.
 */
import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { InvokedBy } from "../function-spec.ts";

/** One accepted finding: the rule (with the finding's own id where a rule reports several), and why. */
interface Accepted {
  readonly id: string;
  readonly reason: string;
}

export const accept = (resource: IConstruct, ...findings: readonly Accepted[]): void => {
  Validations.of(resource).acknowledge(...findings);
};

export const TRACING_IS_STAGE_DATA =
  "Tracing is switched by the stage's data (`xray`) and is off until somebody investigates: every request already carries one id through access log, function log and the ledger's own history, and tracing each request would cost more than the rest of its processing.";

export const NO_USER_POOL =
  "Callers are servers with API keys, checkout pages with a token for one payment, and Safaricom; none of them is a person who could sign in to a user pool.";

/** Why a function has no dead-letter queue of its own, by who runs it. */
export const NO_QUEUE_OF_ITS_OWN: Readonly<Record<InvokedBy, string>> = {
  gateway:
    "Only API Gateway invokes this function, and it waits for the answer: Lambda never queues an event for it, so a dead-letter queue could never receive one. Failures reach the caller as an error and the operator through the function's alarm.",
  queue:
    "Only its queue runs this function: what it fails goes back to that queue, and after several times to that queue's own dead-letter queue, which has an alarm. Lambda never queues an event for it, so a second one could never receive any.",
  stream:
    "Only the table's stream runs this function: what it fails is tried again, halved, and at last sent to the mapping's failure queue, which has an alarm. Lambda never queues an event for it, so a dead-letter queue could never receive any.",
  event:
    "What Lambda gives up on goes to a failure destination, which keeps the reason beside the event and has an alarm; a dead-letter queue on the function would keep the event alone.",
};

export const FILES_OF_ONE_PREFIX =
  "Files are named after batches that do not exist yet when the role is made, so the grant has to end in a wildcard; it covers one prefix of one bucket, for reading or for writing, never for deleting or listing, and older versions stay.";

export const ARCHIVE_OF_ONE_PREFIX =
  "Files of the archive are named after days and writes to come, so the grant has to end in a wildcard; it covers one prefix of one bucket in which a name is written once and nothing can be changed or deleted, whatever a role allows.";

export const SOCKETS_HAVE_NO_NAMES =
  "Sockets are named by API Gateway when a payer's page opens one, so the grant has to end in a wildcard; it covers saying something on a socket of this one API, and neither looking at a socket nor closing it.";

export const DEAD_LETTERS_STAY =
  "This is the dead-letter queue. Nothing consumes it automatically: a person reads it when its alarm rings, so there are no failed receives to move on.";

export const QUEUES_REDRIVE =
  "A failure destination is for streams: Lambda takes none for a queue. What fails here goes back to its queue, and after several times to the queue's own dead-letter queue, which has an alarm.";

export const FILES_NEED_NO_FIREWALL =
  "CloudFront serves files here that are the same for everybody, and hands the page's few calls on to the API, which has a firewall of its own and counts payers by their token and by the address that CloudFront saw.";

export const NO_EXECUTION_LOG =
  "Execution logs spell out request addresses and query strings, which can hold customers' phone numbers, in a log group that API Gateway makes without a retention period. The access log has one line for each request with its status, its latencies and the gateway's own error.";
