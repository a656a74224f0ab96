/**
 * What a deployment changes about who may do what, what wakes and reads, and about who is told: nothing of it loses data, and all of it is what
 * somebody would ask about afterwards.
 */
import type { ResourceDifference } from "@aws-cdk/cloudformation-diff";
import type { Warning } from "./finding.ts";
import type { Stacks } from "./judge-resources.ts";
import { sayTheSame, valueAt } from "./template.ts";

/** Properties that somebody should have looked at when they change, by kind of resource. */
const WATCHED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "AWS::ApiGateway::Method": {
    AuthorizationType: "who is let in is decided another way",
    ApiKeyRequired: "whether callers are metered changes",
    AuthorizerId: "another authoriser decides",
  },
  "AWS::ApiGateway::Authorizer": {
    AuthorizerUri: "another function decides who is let in",
    AuthorizerResultTtlInSeconds: "a revoked key is shut out after another time",
    IdentityValidationExpression: "what is taken for a key changes",
  },
  "AWS::ApiGateway::RestApi": {
    DisableExecuteApiEndpoint: "whether the default address answers changes",
    Policy: "who may call the API changes",
    ApiKeySourceType: "where the caller's meter comes from changes",
  },
  "AWS::ApiGateway::DomainName": { SecurityPolicy: "the oldest TLS that is taken changes" },
  "AWS::ApiGateway::Stage": {
    MethodSettings: "the API's limits change",
    AccessLogSetting: "what the access log says, or where, changes",
  },
  "AWS::ApiGateway::UsagePlan": { Throttle: "the tier's rate changes", Quota: "the tier's daily quota changes" },
  "AWS::CloudFront::ResponseHeadersPolicy": { ResponseHeadersPolicyConfig: "the pages' security headers change" },
  "AWS::CloudWatch::Alarm": {
    AlarmActions: "who is told changes",
    Threshold: "it rings at another value",
    TreatMissingData: "silence means something else",
    ActionsEnabled: "whether it tells anybody changes",
  },
  "AWS::Events::Rule": {
    State: "whether it wakes anything changes",
    ScheduleExpression: "it wakes at other times",
    EventPattern: "what wakes it changes",
    Targets: "what it wakes, how often it tries, or where what fails ends changes",
  },
  "AWS::KMS::Key": { KeyPolicy: "who may use the key changes" },
  "AWS::Lambda::EventInvokeConfig": {
    DestinationConfig: "where what fails ends changes",
    MaximumRetryAttempts: "how often it is tried changes",
    MaximumEventAgeInSeconds: "how long it is tried changes",
  },
  "AWS::Lambda::EventSourceMapping": {
    Enabled: "whether it is read changes",
    FunctionName: "another function reads it",
    FunctionResponseTypes: "what counts as read after a failure changes",
    FilterCriteria: "what is left unread changes",
    ScalingConfig: "how many are read at a time changes",
  },
  "AWS::Lambda::Function": {
    Role: "it acts under another role",
    Runtime: "it runs on another runtime",
    ReservedConcurrentExecutions: "how many run at a time changes",
  },
  "AWS::S3::Bucket": { CorsConfiguration: "which sites may upload changes" },
  "AWS::SNS::Topic": { KmsMasterKeyId: "notices are sealed with another key" },
  "AWS::SQS::Queue": {
    KmsMasterKeyId: "messages are sealed with another key",
    RedrivePolicy: "how often a message is tried, or where it ends, changes",
    VisibilityTimeout: "how long a message is one reader's own changes",
  },
  "AWS::WAFv2::IPSet": { Addresses: "the addresses that are trusted change" },
  "AWS::WAFv2::WebACL": {
    Rules: "the firewall's rules change",
    DefaultAction: "what no rule decides is decided another way",
  },
};

/** Kinds whose going takes a protection away. */
const MISSED: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::Authorizer": "The authoriser goes.",
  "AWS::CloudWatch::Alarm": "The alarm goes: nobody is told any more.",
  "AWS::Events::Rule": "What it woke is no longer woken.",
  "AWS::Lambda::EventInvokeConfig": "What fails is no longer kept where it was.",
  "AWS::Lambda::EventSourceMapping": "What it read is no longer read.",
  "AWS::Lambda::Function": "The function goes: what called it finds nobody.",
  "AWS::SecretsManager::RotationSchedule": "A secret is no longer rotated.",
  "AWS::SQS::QueuePolicy": "The queue's policy goes, and with it what it refuses.",
  "AWS::WAFv2::LoggingConfiguration": "What the firewall refuses is no longer logged.",
  "AWS::WAFv2::WebACL": "The firewall goes.",
  "AWS::WAFv2::WebACLAssociation": "The API is no longer behind its firewall.",
};

const ofResource = (stack: string, resource: string, difference: ResourceDifference): readonly Warning[] => {
  const { oldValue: was, newValue: is } = difference;
  if (was === undefined) {
    const open = is?.Type === "AWS::ApiGateway::Method" && valueAt(is, ["Properties", "AuthorizationType"]) === "NONE";
    const isPreflight = valueAt(is, ["Properties", "HttpMethod"]) === "OPTIONS";
    return open && !isPreflight ? [{ stack, resource, says: "A new route lets in whoever calls it." }] : [];
  }
  const missed = MISSED[was.Type];
  if (is === undefined) return missed === undefined ? [] : [{ stack, resource, says: missed }];
  return Object.entries(WATCHED[was.Type] ?? {}).flatMap(([property, says]) =>
    sayTheSame(valueAt(was, ["Properties", property]), valueAt(is, ["Properties", property]))
      ? []
      : [{ stack, resource, says: `${property}: ${says}.` }],
  );
};

type Rendered = Readonly<Record<"effect" | "action" | "resource" | "principal" | "condition", string>>;

const flat = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
const sentence = (verb: string, { action, resource, principal, condition }: Rendered): string =>
  flat(`${verb}: ${principal} may ${action} on ${resource}${condition === "" ? "" : `, if ${condition}`}.`);

/** Statements are compared whole, so one that is narrowed is listed as well: its new form, to be read. */
const ofPermissions = ({ stack, diff }: Stacks): readonly Warning[] => {
  const { statements, managedPolicies } = diff.iamChanges;
  const says = [
    ...statements.additions
      .filter((each) => !each.isNegativeStatement)
      .map((each) => sentence("Newly allowed", each.render())),
    ...statements.removals
      .filter((each) => each.isNegativeStatement)
      .map((each) => sentence("No longer refused", each.render())),
    ...managedPolicies.additions.map((each) =>
      flat(`Newly allowed: ${each.identityArn} may do what ${each.managedPolicyArn} allows.`),
    ),
  ];
  return says.map((text) => ({ stack, resource: "permissions", says: text }));
};

export const warningsOf = (stacks: Stacks): readonly Warning[] => [
  ...Object.entries(stacks.diff.resources.changes).flatMap(([id, difference]) =>
    ofResource(stacks.stack, id, difference),
  ),
  ...ofPermissions(stacks),
];
