/**
 * Condition and key condition expressions, read into functions. The grammar is DynamoDB's (developer guide, "Condition and
 * filter expressions") over whole attributes; paths into lists and maps are refused, because the store uses none.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { createReader, invalid, remembered } from "./reader.ts";
import type { Operand, Reader, Scope } from "./reader.ts";
import { compareValues, lengthOf, sameValue } from "./values.ts";

export type Test = (scope: Scope) => boolean;

export interface Condition {
  readonly test: Test;
  /** Placeholders that the text mentions. */
  readonly uses: ReadonlySet<string>;
}

type Verdict = (a: AttributeValue, b: AttributeValue) => boolean;

const ordered =
  (holds: (order: number) => boolean): Verdict =>
  (a, b) => {
    const order = compareValues(a, b);
    return order !== null && holds(order);
  };

const COMPARISONS: Readonly<Record<string, Verdict>> = {
  "=": sameValue,
  "<>": (a, b) => !sameValue(a, b),
  "<": ordered((order) => order < 0),
  "<=": ordered((order) => order <= 0),
  ">": ordered((order) => order > 0),
  ">=": ordered((order) => order >= 0),
};

const contains: Verdict = (whole, part) => {
  if (whole.SS !== undefined && part.S !== undefined) return whole.SS.includes(part.S);
  if (whole.S !== undefined && part.S !== undefined) return whole.S.includes(part.S);
  return whole.L?.some((one) => sameValue(one, part)) ?? false;
};
const beginsWith: Verdict = (whole, part) =>
  whole.S !== undefined && part.S !== undefined && whole.S.startsWith(part.S);

const plain = (reader: Reader): Operand => {
  if (reader.peek().startsWith(":")) return reader.value();
  const path = reader.path();
  return (scope) => scope.item[path(scope)];
};

const operand = (reader: Reader): Operand => {
  if (!reader.takes("SIZE")) return plain(reader);
  reader.expects("(");
  const measured = plain(reader);
  reader.expects(")");
  return (scope) => {
    const value = measured(scope);
    const length = value === undefined ? null : lengthOf(value);
    return length === null ? undefined : { N: String(length) };
  };
};

/** A comparison with an attribute that is not there holds for `<>` alone. */
const compares =
  (left: Operand, right: Operand, verdict: Verdict): Test =>
  (scope) => {
    const [a, b] = [left(scope), right(scope)];
    return a === undefined || b === undefined ? verdict === COMPARISONS["<>"] : verdict(a, b);
  };

const existence = (reader: Reader, exists: boolean): Test => {
  reader.expects("(");
  const path = reader.path();
  reader.expects(")");
  return (scope) => (scope.item[path(scope)] !== undefined) === exists;
};

const pair = (reader: Reader, verdict: Verdict): Test => {
  reader.expects("(");
  const whole = plain(reader);
  reader.expects(",");
  const part = plain(reader);
  reader.expects(")");
  return compares(whole, part, verdict);
};

const comparison = (reader: Reader): Test => {
  const left = operand(reader);
  if (reader.takes("BETWEEN")) {
    const low = operand(reader);
    reader.expects("AND");
    const high = operand(reader);
    const [above, below] = [compares(left, low, COMPARISONS[">="]!), compares(left, high, COMPARISONS["<="]!)];
    return (scope) => above(scope) && below(scope);
  }
  if (reader.takes("IN")) {
    reader.expects("(");
    const tests = reader.list(() => compares(left, operand(reader), sameValue));
    reader.expects(")");
    return (scope) => tests.some((test) => test(scope));
  }
  const verdict = COMPARISONS[reader.next()];
  if (!verdict) throw invalid("Syntax error; a comparison expected");
  return compares(left, operand(reader), verdict);
};

const term = (reader: Reader): Test => {
  if (reader.takes("NOT")) {
    const test = term(reader);
    return (scope) => !test(scope);
  }
  if (reader.takes("(")) {
    const test = either(reader);
    reader.expects(")");
    return test;
  }
  if (reader.takes("ATTRIBUTE_EXISTS")) return existence(reader, true);
  if (reader.takes("ATTRIBUTE_NOT_EXISTS")) return existence(reader, false);
  if (reader.takes("BEGINS_WITH")) return pair(reader, beginsWith);
  return reader.takes("CONTAINS") ? pair(reader, contains) : comparison(reader);
};

const both = (reader: Reader): Test => {
  const tests = [term(reader)];
  while (reader.takes("AND")) tests.push(term(reader));
  return (scope) => tests.every((test) => test(scope));
};

const either = (reader: Reader): Test => {
  const tests = [both(reader)];
  while (reader.takes("OR")) tests.push(both(reader));
  return (scope) => tests.some((test) => test(scope));
};

/** Throws a ValidationException for a text that is no condition, or one that the stand-in does not know. */
export const readCondition = remembered((text: string): Condition => {
  const reader = createReader(text);
  const test = either(reader);
  if (!reader.isOver()) throw invalid(`Syntax error; "${reader.peek()}" was not expected`);
  return { test, uses: reader.uses };
});
