/**
 * The names that AWS would hand out: what `Ref` and `Fn::GetAtt` give for each type of resource. Names are derived from
 * the stack and the logical id, so two starts of the same template agree and stored data is found again.
 */
import { createHash } from "node:crypto";

/** Where the resources pretend to live. */
export type Place = {
  readonly region: string;
  readonly accountId: string;
  /** Where the AWS stand-ins listen; queue addresses begin with it. */
  readonly awsUrl: string;
};

export type Identity = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };
export type Unnamed = {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** The name that the template itself gives, if any. */
  readonly givenName: string | null;
};

type Arn = (service: string, rest: string) => string;
type Naming = (name: string, id: string, arn: Arn) => Identity;

/** The property of each type that names it, where a template may do so. */
export const NAME_PROPERTY: Readonly<Record<string, string>> = {
  "AWS::DynamoDB::Table": "TableName",
  "AWS::Lambda::Function": "FunctionName",
  "AWS::SecretsManager::Secret": "Name",
  "AWS::SQS::Queue": "QueueName",
  "AWS::S3::Bucket": "BucketName",
  "AWS::SNS::Topic": "TopicName",
  "AWS::Events::Rule": "Name",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::IAM::Role": "RoleName",
  "AWS::Scheduler::Schedule": "Name",
  "AWS::Scheduler::ScheduleGroup": "Name",
  "AWS::ApiGateway::Stage": "StageName",
  "AWS::ApiGatewayV2::Stage": "StageName",
};

const NAMING: Readonly<Record<string, Naming>> = {
  "AWS::DynamoDB::Table": (name, _id, arn) => named(name, { Arn: arn("dynamodb", `table/${name}`) }),
  "AWS::SecretsManager::Secret": (name, id, arn) =>
    named(arn("secretsmanager", `secret:${name}-${id.slice(0, 6)}`), { Id: name }),
  "AWS::KMS::Key": (_name, id, arn) => named(id, { Arn: arn("kms", `key/${id}`), KeyId: id }),
  "AWS::S3::Bucket": (name) =>
    named(name.toLowerCase(), {
      Arn: `arn:aws:s3:::${name.toLowerCase()}`,
      DomainName: `${name.toLowerCase()}.s3.amazonaws.com`,
    }),
  "AWS::Lambda::Function": (name, _id, arn) => named(name, { Arn: arn("lambda", `function:${name}`) }),
  "AWS::ApiGateway::RestApi": (_name, id) =>
    named(id.slice(0, 10), { RestApiId: id.slice(0, 10), RootResourceId: `${id.slice(0, 10)}-root` }),
  "AWS::ApiGateway::ApiKey": (_name, id) => named(id.slice(0, 10), { APIKeyId: id.slice(0, 10) }),
  "AWS::ApiGateway::UsagePlan": (_name, id) => named(id.slice(0, 10), { Id: id.slice(0, 10) }),
  "AWS::ApiGateway::Authorizer": (_name, id) => named(id.slice(0, 10), { AuthorizerId: id.slice(0, 10) }),
  "AWS::ApiGateway::Deployment": (_name, id) => named(id.slice(0, 10), { DeploymentId: id.slice(0, 10) }),
  "AWS::ApiGateway::Resource": (_name, id) => named(id.slice(0, 10), { ResourceId: id.slice(0, 10) }),
  "AWS::ApiGatewayV2::Integration": (_name, id) => named(id.slice(0, 10), { IntegrationId: id.slice(0, 10) }),
  "AWS::ApiGatewayV2::Route": (_name, id) => named(id.slice(0, 10), { RouteId: id.slice(0, 10) }),
  "AWS::ApiGatewayV2::RouteResponse": (_name, id) => named(id.slice(0, 10), { RouteResponseId: id.slice(0, 10) }),
  "AWS::SNS::Topic": (name, _id, arn) => named(arn("sns", name), { TopicArn: arn("sns", name), TopicName: name }),
  "AWS::Events::Rule": (name, _id, arn) => named(name, { Arn: arn("events", `rule/${name}`) }),
  "AWS::Scheduler::Schedule": (name, _id, arn) => named(name, { Arn: arn("scheduler", `schedule/default/${name}`) }),
  "AWS::Scheduler::ScheduleGroup": (name, _id, arn) => named(name, { Arn: arn("scheduler", `schedule-group/${name}`) }),
  "AWS::Logs::LogGroup": (name, _id, arn) => named(name, { Arn: arn("logs", `log-group:${name}:*`) }),
  "AWS::IAM::Role": (name, id, arn) => named(name, { Arn: arn("iam", `role/${name}`), RoleId: id }),
  "AWS::IAM::ManagedPolicy": (name, _id, arn) =>
    named(arn("iam", `policy/${name}`), { PolicyArn: arn("iam", `policy/${name}`) }),
  "AWS::Backup::BackupVault": (name, _id, arn) =>
    named(name, { BackupVaultArn: arn("backup", `backup-vault:${name}`), BackupVaultName: name }),
  "AWS::CloudWatch::Alarm": (name, _id, arn) => named(name, { Arn: arn("cloudwatch", `alarm:${name}`) }),
  "AWS::WAFv2::WebACL": (name, id, arn) => named(id, { Arn: arn("wafv2", `regional/webacl/${name}/${id}`), Id: id }),
};

/** The one version that is published where nothing was deployed before. */
const FIRST_VERSION = "1";

/** What stands for a version or an alias of a function: the function's own ARN, and which of it is meant. */
export const qualify = (
  kind: "version" | "alias",
  of: { readonly functionName: string; readonly alias: string },
  place: Place,
): Identity => {
  const base = `arn:aws:lambda:${place.region}:${place.accountId}:function:${of.functionName}`;
  return kind === "alias"
    ? named(`${base}:${of.alias}`, {})
    : named(`${base}:${FIRST_VERSION}`, { Version: FIRST_VERSION });
};

const named = (ref: string, attributes: Record<string, string>): Identity => ({ ref, attributes });

/** What AWS would answer for this resource's `Ref` and attributes. */
export const identify = (resource: Unnamed, place: Place): Identity => {
  const id = createHash("sha256").update(`${resource.stack}/${resource.logicalId}`).digest("hex").slice(0, 32);
  const name = resource.givenName ?? `${resource.stack}-${resource.logicalId}`.slice(0, 64);
  const arn = (service: string, rest: string): string =>
    `arn:aws:${service}:${service === "iam" ? "" : place.region}:${place.accountId}:${rest}`;
  if (resource.type === "AWS::SQS::Queue") return queueIdentity(name, arn, place);
  if (resource.type === "AWS::ApiGatewayV2::Api") return socketsIdentity(id.slice(0, 10), place);
  return NAMING[resource.type]?.(name, id, arn) ?? named(name, {});
};

/** Who says something on a socket sends it to the API's own address: the stand-ins'. */
const socketsIdentity = (id: string, place: Place): Identity =>
  named(id, { ApiId: id, ApiEndpoint: `${place.awsUrl.replace(/^http/, "ws")}/${id}` });

/** A queue is known by its address, and the SDK sends to the host in it: the stand-ins'. */
const queueIdentity = (name: string, arn: Arn, place: Place): Identity =>
  named(`${place.awsUrl}/${place.accountId}/${name}`, { Arn: arn("sqs", name), QueueName: name });
