/**
 * EventBridge's pattern language as far as event filters use it: which events a function wants. An operator that is not
 * known here is refused, because a filter that lets through something else than the service would is worse than none.
 */
import * as z from "zod";

import { isRecord } from "../../template/json.ts";

/** Whether a value is there, and fits. `undefined` stands for what is not there. */
export type Matches = (value: unknown) => boolean;

export const FilterCriteria = z.strictObject({
  Filters: z
    .array(z.strictObject({ Pattern: z.string() }))
    .max(10)
    .default([]),
});

/** An event passes when one of the filters fits, or when there is none. Throws for a filter that is not understood. */
export const compileFilters = (criteria: z.infer<typeof FilterCriteria> | undefined): Matches => {
  const patterns = (criteria?.Filters ?? []).map(({ Pattern }) => compilePattern(JSON.parse(Pattern)));
  return (event) => patterns.length === 0 || patterns.some((matches) => matches(event));
};

/** A pattern is an object of fields; every field must fit. Throws, naming the operator, for what is not understood. */
export const compilePattern = (pattern: unknown): Matches => {
  if (!isRecord(pattern)) throw new Error(`An event pattern is an object, not ${JSON.stringify(pattern)}.`);
  const fields = Object.entries(pattern).map(([name, wanted]): Matches => {
    if (name === "$or") return anyOf(listOf(wanted).map(compilePattern));
    const matches = Array.isArray(wanted)
      ? anyElement(anyOf(wanted.map(compileRule)))
      : anyElement(compilePattern(wanted));
    return (event) => matches(isRecord(event) ? event[name] : undefined);
  });
  return (event) => fields.every((matches) => matches(event));
};

const anyOf =
  (choices: readonly Matches[]): Matches =>
  (value) =>
    choices.some((matches) => matches(value));

/** A list in the event fits when one of its elements does. */
const anyElement =
  (matches: Matches): Matches =>
  (value) =>
    Array.isArray(value) && value.length > 0 ? value.some(matches) : matches(value);

const compileRule = (rule: unknown): Matches => {
  if (!isRecord(rule)) return (value) => value === rule;
  const [operator = "", ...others] = Object.keys(rule);
  const compile = OPERATORS[operator];
  if (compile === undefined || others.length > 0)
    throw new Error(`The sandbox does not know the event filter ${JSON.stringify(rule)}.`);
  return compile(rule[operator]);
};

const textRule =
  (fits: (value: string, wanted: string) => boolean) =>
  (wanted: unknown): Matches => {
    const text = z.string().parse(wanted);
    return (value) => typeof value === "string" && fits(value, text);
  };

const OPERATORS: Readonly<Record<string, (wanted: unknown) => Matches>> = {
  prefix: textRule((value, wanted) => value.startsWith(wanted)),
  suffix: textRule((value, wanted) => value.endsWith(wanted)),
  "equals-ignore-case": textRule((value, wanted) => value.toLowerCase() === wanted.toLowerCase()),
  exists: (wanted) => (value) => (value !== undefined) === wanted,
  "anything-but": (wanted) => {
    const unwanted = anyOf(listOf(wanted).map(compileRule));
    return (value) => value !== undefined && !unwanted(value);
  },
  numeric: (wanted) => {
    const bounds = boundsOf(listOf(wanted));
    return (value) => typeof value === "number" && bounds.every((within) => within(value));
  },
};

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]` is two bounds. */
const boundsOf = (parts: readonly unknown[]): ((value: number) => boolean)[] =>
  Array.from({ length: Math.ceil(parts.length / 2) }, (_unused, index) => {
    const compare = COMPARISONS[String(parts[2 * index])];
    const bound = parts[2 * index + 1];
    if (compare === undefined || typeof bound !== "number")
      throw new Error(`The sandbox does not know the numeric filter ${JSON.stringify(parts)}.`);
    return (value) => compare(value, bound);
  });

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
