/**
 * What the rule packs find and we accept: a reason that has to convince somebody who does not know us, the day on which it
 * was looked at last, and for each rule the class of resources that it holds for. Ten entries at most, one reason each,
 * however many packs ask for the same; what would be the eleventh is mended. docs/compliance-packs.md is for readers.
 */
import type { CfnResource } from "aws-cdk-lib";
import { CfnRestApi, CfnStage } from "aws-cdk-lib/aws-apigateway";
import { CfnDistribution } from "aws-cdk-lib/aws-cloudfront";
import { CfnFunction } from "aws-cdk-lib/aws-lambda";
import { CfnBucket } from "aws-cdk-lib/aws-s3";
import {
  isAskedMethod,
  isFedByQueue,
  isLastQueue,
  isLastQueueOfService,
  isLogBucket,
  isOpenRoute,
  isSecretOfStage,
  isUnderCloudFrontsAddress,
  isWaitedForOrKept,
  lacks,
  namesToCome,
} from "./accepted-where.ts";

/** A rule's findings on one resource, in the words that the pack adds to the rule's id; "" where it adds none. */
type Findings = (resource: CfnResource) => readonly string[];

export interface Accepted {
  readonly name: string;
  /** The day on which somebody looked at it last. */
  readonly since: string;
  readonly reason: string;
  readonly rules: Readonly<Record<string, Findings>>;
}

const on =
  (holds: (resource: CfnResource) => boolean): Findings =>
  (resource) =>
    holds(resource) ? [""] : [];

/** The same rule in the packs for NIST 800-53 r5 and PCI DSS 3.2.1. */
const inBoth = (rule: string, findings: Findings): Readonly<Record<string, Findings>> => ({
  [`NIST.800.53.R5-${rule}`]: findings,
  [`PCI.DSS.321-${rule}`]: findings,
});

const everyFunction = on((resource) => CfnFunction.isCfnFunction(resource));
const everyStage = on((resource) => CfnStage.isCfnStage(resource));
const everyDistribution = on((resource) => CfnDistribution.isCfnDistribution(resource));
const everyBucket = on((resource) => CfnBucket.isCfnBucket(resource));

export const ACCEPTED: readonly Accepted[] = [
  {
    name: "Each request is recorded once, without a person in it",
    since: "2026-11-22",
    reason:
      "Every request has one line in the access log (route, status, latencies, the gateway's own error) and one id that leads on through the function's log and the ledger's own history. API Gateway's execution logs and CloudFront's visitor logs would record the same request a second time with its address and query string, which can hold customers' phone numbers and network addresses. Tracing adds nothing that the id does not lead to; it is switched on by the stage's data (`xray`) while somebody investigates.",
    rules: {
      "AwsSolutions-APIG6": everyStage,
      ...inBoth("APIGWExecutionLoggingEnabled", everyStage),
      "AwsSolutions-CFR3": everyDistribution,
      "Serverless-LambdaTracing": on((it) => CfnFunction.isCfnFunction(it) && lacks(it, it.tracingConfig)),
      "Serverless-APIGWXrayEnabled": on((it) => CfnStage.isCfnStage(it) && it.tracingEnabled !== true),
    },
  },
  {
    name: "API Gateway hands requests on and judges none",
    since: "2026-11-22",
    reason:
      "Each request goes to one Lambda function as it came. Who may ask is decided by Malipo's own keys and tokens: an authoriser for storefronts, a keyed token made for one payment in Safaricom's callback addresses and in a payer's socket, compared in constant time before anything is read; health and the API's description are open on purpose and hold nothing about anybody. None of these callers could sign in to a user pool. What a request says is checked by the function, against the schema that the documentation is generated from, because a callback that was refused for its form would be lost evidence. No answer about money is cached, so there is no cache to seal, and a Lambda function is called with AWS's own signature, so there is no backend to show a client certificate to.",
    rules: {
      "AwsSolutions-APIG2": on((resource) => CfnRestApi.isCfnRestApi(resource)),
      "AwsSolutions-APIG4": on(isOpenRoute),
      "AwsSolutions-COG4": on(isAskedMethod),
      ...inBoth("APIGWCacheEnabledAndEncrypted", everyStage),
      ...inBoth("APIGWSSLEnabled", everyStage),
    },
  },
  {
    name: "What fails ends in one place",
    since: "2026-11-22",
    reason:
      "Whoever retries an event also has the queue where it ends, with an alarm: a queue its dead-letter queue, a stream's mapping, an asynchronous call and a schedule their failure queue. API Gateway waits for the answer and gets the error. A dead-letter queue on a function beside these could never receive anything, or the event without the reason that a failure queue keeps; Lambda takes no destination for a queue's mapping; and the last queue leads nowhere on purpose, because a person reads it.",
    rules: {
      "Serverless-LambdaDLQ": on(isWaitedForOrKept),
      "NIST.800.53.R5-LambdaDLQ": on(isWaitedForOrKept),
      "Serverless-LambdaEventSourceMappingDestination": on(isFedByQueue),
      "AwsSolutions-SQS3": on(isLastQueueOfService),
      "Serverless-SQSRedrivePolicy": on(isLastQueue),
    },
  },
  {
    name: "Named by others, later",
    since: "2026-11-22",
    reason:
      "The grant ends in a wildcard because the rest of the name is given after the role was made: files after batches and days to come, sockets by API Gateway when a payer's page opens one, backups by DynamoDB, access logs by whoever deploys an API in the account; traces have no names at all. One is not named on purpose: CodeDeploy asks for the state of the alarms that take a version back, and CloudWatch answers `DescribeAlarms` in full only where the grant names no alarm; were it refused, no version would be released. Each of the others covers one prefix of one bucket, one API, one table, or the logs of one account and region; all are for actions that are listed one by one and never delete or list files.",
    rules: { "AwsSolutions-IAM5": namesToCome },
  },
  {
    name: "The pages are public",
    since: "2026-11-22",
    reason:
      "CloudFront serves files that are the same for everybody and hold nothing about anybody, from a bucket that it can only read. A customer may pay from abroad with a Kenyan number, so where somebody is decides nothing; the few calls that a page makes go on to the API, which has a firewall and counts payers by token and by the address that CloudFront saw. Only a stage without a domain of its own is reached under CloudFront's address, whose certificate brings its own TLS policy; with a domain TLS 1.2 is the least.",
    rules: {
      "AwsSolutions-CFR1": everyDistribution,
      "AwsSolutions-CFR2": everyDistribution,
      "AwsSolutions-CFR4": on(isUnderCloudFrontsAddress),
    },
  },
  {
    name: "Secrets outlive what rotates them",
    since: "2026-11-22",
    reason:
      "The packs look for a rotation schedule in the secret's own stack, which holds nothing that can be replaced: neither functions nor schedules. The signing secret and the pepper are rotated by a schedule in the gateway's stack, where the function stands that does it. Daraja's credentials are issued by Safaricom, which has no interface to change them, and phone numbers on the ledger are found and opened with the phone keys: both are changed by the operator's commands, which keep what came before.",
    rules: {
      "AwsSolutions-SMG4": on(isSecretOfStage),
      "NIST.800.53.R5-SecretsManagerRotationEnabled": on(isSecretOfStage),
    },
  },
  {
    name: "Functions without a network of our own",
    since: "2026-11-22",
    reason:
      "There is nothing in a private network to reach: every service behind the functions is AWS's own, under TLS and IAM, and Safaricom is on the internet. A function in a VPC would reach Safaricom through a NAT gateway, which is one more thing that stops money when it fails, and listens to nobody in either case. Where a function goes is decided by its code, which knows Safaricom's hosts and refuses webhooks to addresses that are not public; what a stolen one could do is bound by its role, which names each table, kind of item and secret, and is held to that by running.",
    rules: inBoth("LambdaInsideVPC", everyFunction),
  },
  {
    name: "Files stay in one region",
    since: "2026-11-22",
    reason:
      "S3 keeps every file in three places of its region, with its versions. A copy in another region would move customers' data over a border, which is the operator's decision under the Data Protection Act and not a template's. The ledger, of which every file is a witness and no part, is copied by AWS Backup, to another account as well where the stage names one.",
    rules: inBoth("S3BucketReplicationEnabled", everyBucket),
  },
  {
    name: "S3 writes its logs under its own key",
    since: "2026-11-22",
    reason:
      "S3's guide supports only its own key (SSE-S3) on a bucket that access logs are delivered to; under a customer's key logs may silently not arrive, and a log that is missing is worse than one that is sealed with another key. The logs say who asked for which file and from where, hold nothing of what is in it, and are closed to everybody but the account.",
    rules: inBoth("S3DefaultEncryptionKMS", on(isLogBucket)),
  },
  {
    name: "Functions share what the account can run",
    since: "2026-11-22",
    reason:
      "A number for each of some forty functions would either add up to more than an account has (1,000 at a time, 10 in a new one) or refuse requests for which there was room. What could starve others is bounded where it comes in: throttles and firewalls of the APIs, the most that each queue's mapping runs at a time. Where a stage names a number, the functions behind Safaricom's door keep that many for themselves, because a callback that is refused may not come again.",
    rules: {
      "NIST.800.53.R5-LambdaConcurrency": on(
        (it) => CfnFunction.isCfnFunction(it) && lacks(it, it.reservedConcurrentExecutions),
      ),
    },
  },
];
