/**
 * CloudFormation's intrinsic functions, evaluated. What is not understood is refused by name: a value that was guessed
 * would make the sandbox run something other than what deploys.
 */
import { isRecord } from "./json.ts";

/** What a template's references mean where they stand. Each function throws when the name is unknown. */
export type Scope = {
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  importValue(exportName: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, top: string, second: string): unknown;
};

/** What `{"Ref": "AWS::NoValue"}` stands for: the property is left out. */
export const NO_VALUE: unique symbol = Symbol("AWS::NoValue");

const MAX_DEPTH = 200;

/** The value with every intrinsic function replaced by what it stands for. */
export const resolve = (value: unknown, scope: Scope, depth = 0): unknown => {
  if (depth > MAX_DEPTH) throw new Error("The template is nested, or refers to itself, more than 200 levels deep.");
  const inner = (nested: unknown): unknown => resolve(nested, scope, depth + 1);
  if (typeof value === "string") return refuseDynamicReference(value);
  if (Array.isArray(value)) return value.map(inner).filter((item) => item !== NO_VALUE);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && isIntrinsic(only[0]))
    return evaluate(only[0], only[1], { scope, inner });
  return Object.fromEntries(
    entries.map(([key, nested]) => [key, inner(nested)]).filter(([, nested]) => nested !== NO_VALUE),
  );
};

type Evaluation = { readonly scope: Scope; readonly inner: (value: unknown) => unknown };

const isIntrinsic = (key: string): boolean => key === "Ref" || key === "Condition" || key.startsWith("Fn::");

const evaluate = (name: string, argument: unknown, { scope, inner }: Evaluation): unknown => {
  switch (name) {
    case "Ref":
      return scope.ref(text(argument, name));
    case "Condition":
      return typeof argument === "string" ? scope.condition(argument) : { Condition: inner(argument) };
    case "Fn::GetAtt":
      return scope.attribute(...attributePath(argument, inner));
    case "Fn::ImportValue":
      return scope.importValue(text(inner(argument), name));
    case "Fn::Sub":
      return substitute(argument, { scope, inner });
    case "Fn::If":
      return choose(argument, { scope, inner });
    case "Fn::FindInMap":
      return scope.mapping(...triple(list(inner(argument), name), name));
    default:
      return compute(name, inner(argument));
  }
};

/** The functions that need nothing but their evaluated argument. */
const compute = (name: string, argument: unknown): unknown => {
  switch (name) {
    case "Fn::Join": {
      const [delimiter, parts] = list(argument, name);
      return list(parts, name)
        .map((part) => text(part, name))
        .join(text(delimiter, name));
    }
    case "Fn::Split": {
      const [delimiter, whole] = list(argument, name);
      return text(whole, name).split(text(delimiter, name));
    }
    case "Fn::Select": {
      const [index, choices] = list(argument, name);
      const chosen = list(choices, name)[Number(index)];
      if (chosen === undefined) throw new Error(`Fn::Select finds no element ${text(index, name)}.`);
      return chosen;
    }
    case "Fn::Base64":
      return Buffer.from(text(argument, name)).toString("base64");
    case "Fn::GetAZs":
      return ["a", "b", "c"].map((zone) => `${text(argument, name)}${zone}`);
    case "Fn::Equals": {
      const [left, right] = list(argument, name);
      return String(left) === String(right);
    }
    case "Fn::Not":
      return list(argument, name)[0] !== true;
    case "Fn::And":
      return list(argument, name).every((part) => part === true);
    case "Fn::Or":
      return list(argument, name).some((part) => part === true);
    default:
      throw new Error(`The sandbox does not know the intrinsic function ${name}.`);
  }
};

const substitute = (argument: unknown, { scope, inner }: Evaluation): string => {
  const [template, variables] = Array.isArray(argument) ? list(argument, "Fn::Sub") : [argument, {}];
  const own = inner(variables);
  return text(template, "Fn::Sub").replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal === "!") return `\${${name}}`;
    if (isRecord(own) && name in own) return text(own[name], "Fn::Sub");
    const [logicalId = "", ...attribute] = name.split(".");
    return text(
      attribute.length === 0 ? scope.ref(name) : scope.attribute(logicalId, attribute.join(".")),
      `Fn::Sub of ${name}`,
    );
  });
};

const choose = (argument: unknown, { scope, inner }: Evaluation): unknown => {
  const [condition, yes, no] = list(argument, "Fn::If");
  return inner(scope.condition(text(condition, "Fn::If")) ? yes : no);
};

const attributePath = (argument: unknown, inner: (value: unknown) => unknown): [string, string] => {
  const parts = typeof argument === "string" ? argument.split(".") : list(argument, "Fn::GetAtt");
  const [logicalId, ...attribute] = parts.map((part) => text(inner(part), "Fn::GetAtt"));
  return [logicalId ?? "", attribute.join(".")];
};

const refuseDynamicReference = (value: string): string => {
  if (value.includes("{{resolve:")) throw new Error(`The sandbox does not resolve dynamic references: ${value}`);
  return value;
};

const list = (value: unknown, name: string): unknown[] => {
  if (!Array.isArray(value)) throw new Error(`${name} needs a list.`);
  return value;
};

const triple = (values: unknown[], name: string): [string, string, string] => [
  text(values[0], name),
  text(values[1], name),
  text(values[2], name),
];

const text = (value: unknown, name: string): string => {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`${name} needs text, not ${JSON.stringify(value)}.`);
};
