/**
 * Which types of resource the sandbox runs, and which it may leave out because they change no answer on one machine.
 * A type in neither list is refused: a trigger that silently does nothing here would look tested.
 */

/** Run here, from the template. */
export const RUN: ReadonlySet<string> = new Set([
  "AWS::DynamoDB::Table",
  "AWS::SecretsManager::Secret",
  "AWS::SQS::Queue",
  "AWS::S3::Bucket",
  "Custom::S3BucketNotifications",
  "AWS::IAM::Role",
  "AWS::IAM::Policy",
  // Judged with a role's own policies, sandbox/aws/iam. Nothing is sealed here, and still its key is asked.
  "AWS::KMS::Key",
  "AWS::SQS::QueuePolicy",
  "AWS::S3::BucketPolicy",
  "AWS::SecretsManager::ResourcePolicy",
  "AWS::Lambda::Function",
  "AWS::Lambda::Permission",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Events::Rule",
  "AWS::Scheduler::Schedule",
  "AWS::ApiGateway::RestApi",
  "AWS::ApiGateway::Resource",
  "AWS::ApiGateway::Method",
  "AWS::ApiGateway::Authorizer",
  "AWS::ApiGateway::GatewayResponse",
  "AWS::ApiGateway::Stage",
  "AWS::ApiGateway::Deployment",
  "AWS::ApiGateway::UsagePlan",
  "AWS::ApiGateway::UsagePlanKey",
  "AWS::ApiGateway::ApiKey",
  "AWS::ApiGatewayV2::Api",
  "AWS::ApiGatewayV2::Stage",
  "AWS::ApiGatewayV2::Route",
  "AWS::ApiGatewayV2::RouteResponse",
  "AWS::ApiGatewayV2::Integration",
]);

/** Left out, with the reason that `npm start -- --verbose` prints. */
export const NOT_RUN_HERE: Readonly<Record<string, string>> = {
  "AWS::KMS::Alias": "data on one machine is not encrypted at rest",
  "AWS::IAM::ManagedPolicy": "functions are judged by their roles' own policies",
  "AWS::SNS::TopicPolicy": "there is nobody from outside to keep out",
  "AWS::Logs::LogGroup": "logs are kept in memory",
  "AWS::Logs::MetricFilter": "no metrics are kept",
  "AWS::CloudWatch::Alarm": "nobody is woken",
  "AWS::CloudWatch::CompositeAlarm": "nobody is woken",
  "AWS::CloudWatch::Dashboard": "no metrics are kept",
  "AWS::Scheduler::ScheduleGroup": "a group is a name",
  "AWS::SNS::Topic": "nobody is woken",
  "AWS::SNS::Subscription": "nobody is woken",
  "AWS::ApiGateway::Account": "access logs are not written",
  "AWS::ApiGateway::DomainName": "the gateway answers on the loopback",
  "AWS::ApiGateway::BasePathMapping": "the gateway answers on the loopback",
  "AWS::ApiGateway::RequestValidator": "no method uses one",
  "AWS::Route53::RecordSet": "the gateway answers on the loopback",
  "AWS::WAFv2::WebACL": "one machine needs no firewall",
  "AWS::WAFv2::IPSet": "one machine needs no firewall",
  "AWS::WAFv2::LoggingConfiguration": "one machine needs no firewall",
  "AWS::WAFv2::WebACLAssociation": "one machine needs no firewall",
  "Custom::S3AutoDeleteObjects": "nothing here is deleted with its stack",
  "AWS::CDK::Metadata": "describes the template",
};
