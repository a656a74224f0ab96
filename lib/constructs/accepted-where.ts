/**
 * Which resources an accepted finding holds for, told by what they are in the template and not by what they are called,
 * but for the stage's four secrets: a bucket is one for logs because another bucket logs to it, and a queue is an end
 * because something ends there. A resource that anybody adds carelessly is none of them, and is found.
 */
import { CfnResource, Stack } from "aws-cdk-lib";
import { CfnMethod } from "aws-cdk-lib/aws-apigateway";
import { CfnRoute } from "aws-cdk-lib/aws-apigatewayv2";
import { CfnDistribution } from "aws-cdk-lib/aws-cloudfront";
import { CfnRule } from "aws-cdk-lib/aws-events";
import { CfnManagedPolicy } from "aws-cdk-lib/aws-iam";
import { CfnEventInvokeConfig, CfnEventSourceMapping, CfnFunction } from "aws-cdk-lib/aws-lambda";
import { CfnBucket } from "aws-cdk-lib/aws-s3";
import { CfnSecret } from "aws-cdk-lib/aws-secretsmanager";
import { CfnSubscription } from "aws-cdk-lib/aws-sns";
import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import * as z from "zod";
import { ARCHIVE_PREFIXES } from "../../functions/domain/chain-root.ts";
import { FILE_PREFIXES } from "../function-spec.ts";

const settled = (resource: CfnResource, value: unknown): unknown => Stack.of(resource).resolve(value);

/** Whether the resource's property is left out of the template. */
export const lacks = (resource: CfnResource, value: unknown): boolean => settled(resource, value) === undefined;

type Part = (resource: CfnResource) => unknown;
const read = new WeakMap<Stack, Map<Part, string>>();

/** That part of all resources of a stack, as text; read once, because no stack changes any more when it is judged. */
const everywhereIn = (stack: Stack, part: Part): string => {
  const known = read.get(stack) ?? new Map<Part, string>();
  read.set(stack, known);
  const text =
    known.get(part) ??
    JSON.stringify(
      stack.node
        .findAll()
        .filter((other) => CfnResource.isCfnResource(other))
        .map((other) => settled(other, part(other))),
    );
  known.set(part, text);
  return text;
};

/** Whether any resource of its stack names the resource in that part. */
const isNamedIn = (resource: CfnResource, part: Part): boolean =>
  everywhereIn(Stack.of(resource), part).includes(JSON.stringify(settled(resource, resource.logicalId)));

/** A method that a page or a program asks; a browser's own question before it is answered by API Gateway. */
export const isAskedMethod = (resource: CfnResource): resource is CfnMethod =>
  CfnMethod.isCfnMethod(resource) && resource.httpMethod !== "OPTIONS";

/** Where API Gateway asks nobody for anything. */
export const isOpenRoute = (resource: CfnResource): boolean =>
  (isAskedMethod(resource) || CfnRoute.isCfnRoute(resource)) && resource.authorizationType === "NONE";

/** A mapping from a queue: Lambda lets it have no destination. */
export const isFedByQueue = (resource: CfnResource): boolean =>
  CfnEventSourceMapping.isCfnEventSourceMapping(resource) && lacks(resource, resource.destinationConfig);

const Targets = z.array(z.looseObject({ deadLetterConfig: z.unknown().optional() }));

/** Where what a resource gives up goes. */
const givenUpTo: Part = (resource) => {
  if (CfnEventInvokeConfig.isCfnEventInvokeConfig(resource)) return resource.destinationConfig;
  if (CfnEventSourceMapping.isCfnEventSourceMapping(resource)) return resource.destinationConfig;
  if (CfnSubscription.isCfnSubscription(resource)) return resource.redrivePolicy;
  if (CfnRule.isCfnRule(resource))
    return Targets.parse(settled(resource, resource.targets)).map((target) => target.deadLetterConfig);
  return undefined;
};

const redrivenTo: Part = (resource) => (CfnQueue.isCfnQueue(resource) ? resource.redrivePolicy : undefined);

const runByRule: Part = (resource) => (CfnRule.isCfnRule(resource) ? resource.targets : undefined);
const keptFor: Part = (resource) =>
  CfnEventInvokeConfig.isCfnEventInvokeConfig(resource) && !lacks(resource, resource.destinationConfig)
    ? resource.functionName
    : undefined;

/** A function that nobody leaves an event with, or whose events have a failure destination. */
export const isWaitedForOrKept = (resource: CfnResource): boolean =>
  CfnFunction.isCfnFunction(resource) && (!isNamedIn(resource, runByRule) || isNamedIn(resource, keptFor));

const isQueueWithoutNext = (resource: CfnResource): boolean =>
  CfnQueue.isCfnQueue(resource) && lacks(resource, resource.redrivePolicy);

/** A queue where what another service gave up ends, or another queue. */
export const isLastQueue = (resource: CfnResource): boolean =>
  isQueueWithoutNext(resource) && (isNamedIn(resource, givenUpTo) || isNamedIn(resource, redrivenTo));

/** One that no other queue leads to. */
export const isLastQueueOfService = (resource: CfnResource): boolean =>
  isLastQueue(resource) && !isNamedIn(resource, redrivenTo);

const loggedTo: Part = (resource) => (CfnBucket.isCfnBucket(resource) ? resource.loggingConfiguration : undefined);

/** A bucket that S3 writes the access log of another one to. */
export const isLogBucket = (resource: CfnResource): boolean =>
  CfnBucket.isCfnBucket(resource) && isNamedIn(resource, loggedTo);

/** The secrets of a stage, which outlive whatever could rotate them. */
export const isSecretOfStage = (resource: CfnResource): boolean =>
  CfnSecret.isCfnSecret(resource) && /\/(Daraja|Signing|Pepper|PhoneKeys)Secret\/Resource$/.test(resource.node.path);

const Distribution = z.looseObject({ viewerCertificate: z.unknown().optional() });

/** Pages without a domain of their own. */
export const isUnderCloudFrontsAddress = (resource: CfnResource): boolean =>
  CfnDistribution.isCfnDistribution(resource) &&
  Distribution.parse(settled(resource, resource.distributionConfig)).viewerCertificate === undefined;

const oneOrMore = z.union([z.unknown().array(), z.unknown().transform((one) => [one])]);
const Document = z.looseObject({
  Statement: z.array(z.looseObject({ Effect: z.string(), Action: oneOrMore, Resource: oneOrMore })),
});

const Joined = z.object({ "Fn::Join": z.tuple([z.string(), z.array(z.unknown())]) });
const Attribute = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) });
const Imported = z.object({ "Fn::ImportValue": z.string() });
const Reference = z.object({ Ref: z.string() });

/** As the packs spell a reference in their findings. */
const spelled = (value: unknown): string => {
  if (typeof value === "string") return value;
  const joined = Joined.safeParse(value);
  if (joined.success) return joined.data["Fn::Join"][1].map(spelled).join(joined.data["Fn::Join"][0]);
  const attribute = Attribute.safeParse(value);
  if (attribute.success) return `<${attribute.data["Fn::GetAtt"].join(".")}>`;
  const imported = Imported.safeParse(value);
  if (imported.success) return imported.data["Fn::ImportValue"];
  const reference = Reference.safeParse(value);
  return reference.success ? `<${reference.data.Ref}>` : JSON.stringify(value);
};

/** The ends of names that somebody else gives, later: files, archived entries, sockets, backups, logs of API Gateway. */
const NAMED_LATER = [
  ...[...FILE_PREFIXES, ...ARCHIVE_PREFIXES].map((prefix) => `/${prefix}/*`),
  "/ws/POST/@connections/*",
  "/backup/*",
];
const EVERY_LOG = /:logs:(<AWS::Region>|[\w-]+):(<AWS::AccountId>|\d+):\*$/;
/** What AWS gives, or gives in full, only to a grant that names nothing. */
const OF_NOTHING_NAMED = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "cloudwatch:DescribeAlarms"];

/** The wildcards of a policy that stand for a name that nobody knows yet, as the finding has them. */
export const namesToCome = (resource: CfnResource): readonly string[] => {
  if (!CfnManagedPolicy.isCfnManagedPolicy(resource)) return [];
  const { Statement } = Document.parse(settled(resource, resource.policyDocument));
  const found = Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action, Resource }) =>
    Resource.map(spelled).filter(
      (name) =>
        NAMED_LATER.some((end) => name.endsWith(end)) ||
        EVERY_LOG.test(name) ||
        (name === "*" && Action.every((action) => OF_NOTHING_NAMED.some((each) => each === action))),
    ),
  );
  return [...new Set(found)].map((name) => `Resource::${name}`);
};
