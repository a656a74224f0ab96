/**
 * The assembly as it would stand in an account: every resource with its name, every reference resolved, exports visible
 * across stacks. Resolution is lazy, so what only exists after creation (a stream's ARN) can be recorded in between.
 */
import * as z from "zod";

import type { Assembly, Stack } from "./assembly.ts";
import { NO_VALUE, resolve } from "./intrinsics.ts";
import type { Scope } from "./intrinsics.ts";
import { NOT_RUN_HERE, RUN } from "./kinds.ts";
import { identify, NAME_PROPERTY, qualify } from "./physical.ts";
import type { Identity, Place } from "./physical.ts";

export type Resource = {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` gives: a name, an address or an ARN, depending on the type. */
  readonly ref: string;
  /** An attribute as `Fn::GetAtt` gives it. Throws for one the sandbox does not know. */
  attribute(name: string): string;
  /** Records an attribute that exists only once the resource does. */
  learn(name: string, value: string): void;
  /** The properties, resolved and parsed. Throws naming the resource when they have another shape. */
  properties<T>(schema: z.ZodType<T>): T;
};

export type Deployment = {
  readonly place: Place;
  readonly resources: readonly Resource[];
  readonly notRun: readonly { logicalId: string; type: string; reason: string }[];
  ofType(type: string): readonly Resource[];
  output(name: string): string | null;
  assetDirectory(objectKey: string): string;
};

/** Resolves the assembly for `place`. Throws when it holds a type of resource that the sandbox can't run. */
export const deploy = (assembly: Assembly, place: Place): Deployment => {
  const exports = new Map<string, () => unknown>();
  const outputs = new Map<string, () => unknown>();
  const resources: Resource[] = [];
  const notRun: { logicalId: string; type: string; reason: string }[] = [];
  for (const stack of assembly.stacks) {
    const { scope, members } = openStack(stack, place, exports);
    const serving = customHandlers(stack);
    for (const member of members) {
      const reason = serving.has(member.logicalId) ? SERVES_CLOUDFORMATION : NOT_RUN_HERE[member.type];
      if (reason !== undefined) notRun.push({ logicalId: member.logicalId, type: member.type, reason });
      else if (RUN.has(member.type)) resources.push(member);
      else throw new Error(unknownType(member));
    }
    for (const [name, { Value, Export }] of Object.entries(stack.template.Outputs)) {
      outputs.set(name, () => resolve(Value, scope));
      if (Export !== undefined) exports.set(String(resolve(Export.Name, scope)), () => resolve(Value, scope));
    }
  }
  const output = (name: string): string | null => {
    const value = outputs.get(name)?.();
    return typeof value === "string" ? value : null;
  };
  return {
    place,
    resources,
    notRun,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    output,
    assetDirectory: (objectKey) => assembly.assetDirectory(objectKey),
  };
};

const SERVES_CLOUDFORMATION = "it serves CloudFormation, and nothing deploys here";
const CustomResource = z.object({ ServiceToken: z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) }) });

/** The functions that the template's custom resources name as their handlers. */
const customHandlers = ({ template }: Stack): ReadonlySet<string> =>
  new Set(
    Object.values(template.Resources).flatMap(({ Properties }) => {
      const custom = CustomResource.safeParse(Properties);
      return custom.success ? [custom.data.ServiceToken["Fn::GetAtt"][0]] : [];
    }),
  );

const unknownType = ({ type, logicalId, stack }: Resource): string =>
  `The sandbox cannot run ${type} (${logicalId} in ${stack}). Teach sandbox/aws to run it, or list it in ` +
  "sandbox/template/kinds.ts with the reason why its absence changes no answer.";

const openStack = (
  stack: Stack,
  place: Place,
  exports: ReadonlyMap<string, () => unknown>,
): { scope: Scope; members: Resource[] } => {
  const { template } = stack;
  const members = new Map<string, Resource>();
  const pseudo = pseudoParameters(stack.name, place);
  const scope: Scope = {
    ref(name) {
      const known = members.get(name)?.ref ?? pseudo[name] ?? template.Parameters[name]?.Default;
      if (known === undefined) throw new Error(`${stack.name} refers to "${name}", which is not in it.`);
      return known;
    },
    attribute(logicalId, attribute) {
      const member = members.get(logicalId);
      if (member === undefined) throw new Error(`${stack.name} refers to "${logicalId}", which is not in it.`);
      return member.attribute(attribute);
    },
    importValue(name) {
      const exported = exports.get(name);
      if (exported === undefined) throw new Error(`${stack.name} imports "${name}", which no stack before it exports.`);
      return exported();
    },
    condition: (name) => resolve(template.Conditions[name], scope) === true,
    mapping: (map, top, second) => template.Mappings[map]?.[top]?.[second],
  };
  for (const [logicalId, { Type, Properties, Condition }] of Object.entries(template.Resources)) {
    if (Condition !== undefined && !scope.condition(Condition)) continue;
    const given = Properties[NAME_PROPERTY[Type] ?? ""];
    const givenName = typeof given === "string" ? given : null;
    const kind = QUALIFIED[Type];
    const identity =
      kind === undefined
        ? identify({ stack: stack.name, logicalId, type: Type, givenName }, place)
        : () => qualify(kind, qualifierOf(resolve(Properties, scope)), place);
    members.set(
      logicalId,
      member({ stack: stack.name, logicalId, type: Type }, identity, () => resolve(Properties, scope)),
    );
  }
  return { scope, members: [...members.values()] };
};

/** Named after the function that they are of, which may stand below them in the template. */
const QUALIFIED: Readonly<Record<string, "version" | "alias">> = {
  "AWS::Lambda::Version": "version",
  "AWS::Lambda::Alias": "alias",
};
const Qualifier = z.object({ FunctionName: z.string(), Name: z.string().default("") });
const qualifierOf = (properties: unknown): { readonly functionName: string; readonly alias: string } => {
  const { FunctionName: functionName, Name: alias } = Qualifier.parse(properties);
  return { functionName, alias };
};

const member = (
  label: Pick<Resource, "stack" | "logicalId" | "type">,
  identity: Identity | (() => Identity),
  readProperties: () => unknown,
): Resource => {
  const learnt = new Map<string, string>();
  const who = (): Identity => (typeof identity === "function" ? identity() : identity);
  return {
    ...label,
    get ref() {
      return who().ref;
    },
    attribute(name) {
      const value = learnt.get(name) ?? who().attributes[name];
      if (value === undefined) throw new Error(`The sandbox does not know ${label.type}'s attribute "${name}".`);
      return value;
    },
    learn: (name, value) => void learnt.set(name, value),
    properties(schema) {
      const result = schema.safeParse(readProperties());
      if (result.success) return result.data;
      throw new Error(`${label.type} ${label.logicalId} in ${label.stack}: ${z.prettifyError(result.error)}`);
    },
  };
};

const pseudoParameters = (stackName: string, place: Place): Readonly<Record<string, unknown>> => ({
  "AWS::Region": place.region,
  "AWS::AccountId": place.accountId,
  "AWS::Partition": "aws",
  "AWS::URLSuffix": "amazonaws.com",
  "AWS::StackName": stackName,
  "AWS::StackId": `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stackName}/sandbox`,
  "AWS::NoValue": NO_VALUE,
});
