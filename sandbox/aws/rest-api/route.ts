/** Finds the method for a path: a fixed part goes before a parameter, a parameter before `{proxy+}`, as in API Gateway. */
import type { Method, ResourceNode } from "./model.ts";

export type Match = {
  readonly resource: ResourceNode;
  readonly method: Method;
  /** Decoded values by name. */
  readonly parameters: Readonly<Record<string, string>>;
};

const MAX_SEGMENTS = 50;

/** Null when no resource has this path, or it has no such method. */
export const matchRoute = (root: ResourceNode, path: string, httpMethod: string): Match | null => {
  const segments = path === "/" ? [] : path.slice(1).split("/");
  if (segments.length > MAX_SEGMENTS) return null;
  return descend({ node: root, segments, parameters: {} }, httpMethod);
};

type Step = {
  readonly node: ResourceNode;
  readonly segments: readonly string[];
  readonly parameters: Record<string, string>;
};

const descend = ({ node, segments, parameters }: Step, httpMethod: string): Match | null => {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    const method = node.methods.get(httpMethod) ?? node.methods.get("ANY");
    return method === undefined ? null : { resource: node, method, parameters };
  }
  for (const step of stepsInto({ node, segments: rest, parameters }, segment)) {
    const match = descend(step, httpMethod);
    if (match !== null) return match;
  }
  return null;
};

const stepsInto = ({ node, segments, parameters }: Step, segment: string): Step[] => {
  const fixed = node.children.get(segment);
  const steps: Step[] = fixed === undefined ? [] : [{ node: fixed, segments, parameters }];
  if (segment === "") return steps;
  for (const [part, child] of node.children) {
    const name = /^\{([^}+]+)(\+?)\}$/.exec(part);
    if (name === null) continue;
    const [, key = "", greedy] = name;
    const value = greedy === "+" ? [segment, ...segments].join("/") : segment;
    const step = {
      node: child,
      segments: greedy === "+" ? [] : segments,
      parameters: { ...parameters, [key]: decode(value) },
    };
    if (greedy === "+") steps.push(step);
    else steps.splice(fixed === undefined ? 0 : 1, 0, step);
  }
  return steps;
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
