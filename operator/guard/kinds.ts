/**
 * Every kind of resource that a stage may hold, by the one question that matters when it goes: is anything lost that the
 * next deployment can't make again? What must stay true: a kind that stands in no list stops the guard and fails a test,
 * so that nothing is taken for harmless because nobody thought of it.
 */

/** Why a kind may not be deleted or replaced: what would be lost, and what to do instead. */
export interface Stateful {
  readonly lost: string;
  readonly instead: string;
}

const KEEP_THE_OLD =
  "Make the new one beside the old under another name, move what has to be moved, and let go of the old one in a later deployment.";
const SAME_ADDRESS = "Keep the logical id and the properties that name it.";

export const STATEFUL: Readonly<Record<string, Stateful>> = {
  "AWS::DynamoDB::Table": {
    lost: "The gateway goes on with an empty table: no payment, payout, key or history that stood in the old one is known any more.",
    instead: `${KEEP_THE_OLD} docs/restore.md says how items come into another table, and how to prove that all of them did.`,
  },
  "AWS::S3::Bucket": {
    lost: "The gateway goes on with an empty bucket: uploads, frozen batches, reports, or the archive that proves the ledger.",
    instead: KEEP_THE_OLD,
  },
  "AWS::Backup::BackupVault": {
    lost: "The backups in it, which are what is left when a table is damaged and nobody noticed for weeks.",
    instead: KEEP_THE_OLD,
  },
  "AWS::KMS::Key": {
    lost: "Whatever is sealed with the old key can be opened with the old key alone: tables, files, secrets and messages.",
    instead: "Leave the key as it is. It renews its own material every year (EnableKeyRotation).",
  },
  "AWS::SecretsManager::Secret": {
    lost: "The value: callback addresses that Safaricom holds, API keys or sealed phone numbers stop being understood.",
    instead: "Change a secret's value with the operator's commands, which keep the one before (docs/operations.md).",
  },
  "AWS::SQS::Queue": {
    lost: "The messages in it. Payouts and batches wait until the clock finds them; what was given up, and waits for a person, is gone.",
    instead: "Empty the queue first, its dead letters above all (docs/runbook.md), then except this one change.",
  },
  "AWS::SNS::Topic": {
    lost: "Everybody who is told of alarms: who subscribed has to subscribe and confirm again, and until then nobody is told.",
    instead: SAME_ADDRESS,
  },
  "AWS::SNS::Subscription": {
    lost: "A confirmed subscription: until the mail to the new one is answered, nobody there is told of alarms.",
    instead: "Add the new subscription, have it confirmed, and take the old one away in a later deployment.",
  },
  "AWS::Logs::LogGroup": {
    lost: "The log that is in it, which may be evidence.",
    instead: "Export the log first, then except this one change.",
  },
  "AWS::ApiGateway::RestApi": {
    lost: "Its address, and what hangs on it: callbacks on their way, and the plans that let every storefront's key in.",
    instead: SAME_ADDRESS,
  },
  "AWS::ApiGateway::DomainName": {
    lost: "The name that the domain's own record points to: until the record is changed, nobody reaches the API.",
    instead: "Tell whoever keeps the domain's records, choose an hour, then except this one change.",
  },
  "AWS::ApiGateway::UsagePlan": {
    lost: "The keys in the plan, which the operator's command put there: every storefront of that tier is turned away.",
    instead: SAME_ADDRESS,
  },
  "AWS::ApiGateway::ApiKey": {
    lost: "The meter that all payers' pages share. Its value may stand once in an account, so a new one beside it fails.",
    instead: SAME_ADDRESS,
  },
  "AWS::ApiGatewayV2::Api": {
    lost: "The address of payers' sockets, and every socket that is open.",
    instead: SAME_ADDRESS,
  },
  "AWS::CloudFront::Distribution": {
    lost: "The address of the checkout, if it has no domain of its own: payment links that customers hold lead nowhere.",
    instead: SAME_ADDRESS,
  },
};

/** What the next deployment makes again as it was; carriers.ts has those that may not go all the same. */
export const STATELESS: ReadonlySet<string> = new Set([
  "AWS::ApiGateway::Account",
  "AWS::ApiGateway::Authorizer",
  "AWS::ApiGateway::BasePathMapping",
  "AWS::ApiGateway::Deployment",
  "AWS::ApiGateway::GatewayResponse",
  "AWS::ApiGateway::Method",
  "AWS::ApiGateway::Resource",
  "AWS::ApiGateway::Stage",
  "AWS::ApiGateway::UsagePlanKey",
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Route",
  "AWS::ApiGatewayV2::RouteResponse",
  "AWS::ApiGatewayV2::Stage",
  "AWS::CDK::Metadata",
  "AWS::CloudFront::CachePolicy",
  "AWS::CloudFront::Function",
  "AWS::CloudFront::OriginAccessControl",
  "AWS::CloudFront::OriginRequestPolicy",
  "AWS::CloudFront::ResponseHeadersPolicy",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::CodeDeploy::Application",
  "AWS::CodeDeploy::DeploymentGroup",
  "AWS::Events::Rule",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::Lambda::Alias",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::Function",
  "AWS::Lambda::Permission",
  "AWS::Lambda::Version",
  "AWS::SNS::TopicPolicy",
  "AWS::SecretsManager::RotationSchedule",
  "AWS::SQS::QueuePolicy",
  "AWS::WAFv2::IPSet",
  "AWS::WAFv2::LoggingConfiguration",
  "AWS::WAFv2::WebACL",
  "AWS::WAFv2::WebACLAssociation",
]);

/** Has a bucket emptied when it is deleted; only a stage that leaves nothing behind may have it. */
export const EMPTIES_BUCKETS = "Custom::S3AutoDeleteObjects";
