/**
 * Update expressions, read into functions (developer guide, "Update expressions") over whole attributes. What must stay
 * true: every right side is read from the item as it was before the update, and no attribute is written twice.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../../functions/store/attributes.ts";
import { createReader, invalid, remembered } from "./reader.ts";
import type { Operand, Path, Reader, Scope } from "./reader.ts";
import { addNumbers } from "./values.ts";

/** What becomes of one attribute: its new value, undefined when it goes. */
interface Action {
  readonly path: Path;
  readonly value: Operand;
}

export interface Update {
  /** The item after the update. */
  readonly apply: (scope: Scope) => Record<string, AttributeValue>;
  readonly uses: ReadonlySet<string>;
}

const needed = (operand: Operand, scope: Scope): AttributeValue => {
  const value = operand(scope);
  if (value === undefined)
    throw invalid("The provided expression refers to an attribute that does not exist in the item");
  return value;
};

const wrongType = () => invalid("An operand in the update expression has an incorrect data type");

const sum = (a: AttributeValue, b: AttributeValue, sign: 1 | -1): AttributeValue => {
  if (a.N === undefined || b.N === undefined) throw wrongType();
  return { N: addNumbers(a.N, b.N, sign) };
};

const twoOf = (reader: Reader): readonly [Operand, Operand] => {
  reader.expects("(");
  const first = operand(reader);
  reader.expects(",");
  const second = operand(reader);
  reader.expects(")");
  return [first, second];
};

const operand = (reader: Reader): Operand => {
  if (reader.takes("IF_NOT_EXISTS")) {
    const [there, otherwise] = twoOf(reader);
    return (scope) => there(scope) ?? otherwise(scope);
  }
  if (reader.takes("LIST_APPEND")) {
    const [front, back] = twoOf(reader);
    return (scope) => {
      const [first, second] = [needed(front, scope).L, needed(back, scope).L];
      if (!first || !second) throw wrongType();
      return { L: [...first, ...second] };
    };
  }
  if (reader.peek().startsWith(":")) return reader.value();
  const path = reader.path();
  return (scope) => scope.item[path(scope)];
};

const setAction = (reader: Reader): Action => {
  const path = reader.path();
  reader.expects("=");
  const left = operand(reader);
  const sign = reader.takes("+") ? 1 : reader.takes("-") ? -1 : null;
  if (sign === null) return { path, value: (scope) => needed(left, scope) };
  const right = operand(reader);
  return { path, value: (scope) => sum(needed(left, scope), needed(right, scope), sign) };
};

const removeAction = (reader: Reader): Action => ({ path: reader.path(), value: () => undefined });

const added = (before: AttributeValue | undefined, more: AttributeValue): AttributeValue => {
  if (more.N !== undefined) return sum(before ?? { N: "0" }, more, 1);
  if (more.SS === undefined || (before && before.SS === undefined)) throw wrongType();
  return { SS: [...new Set([...(before?.SS ?? []), ...more.SS])] };
};

const taken = (before: AttributeValue | undefined, less: AttributeValue): AttributeValue | undefined => {
  if (less.SS === undefined || (before && before.SS === undefined)) throw wrongType();
  const gone = less.SS;
  const left = (before?.SS ?? []).filter((text) => !gone.includes(text));
  return left.length === 0 ? undefined : { SS: left };
};

const valueAction = (
  reader: Reader,
  change: (before: AttributeValue | undefined, by: AttributeValue) => AttributeValue | undefined,
): Action => {
  const path = reader.path();
  const by = reader.value();
  return { path, value: (scope) => change(scope.item[path(scope)], needed(by, scope)) };
};

const CLAUSES: Readonly<Record<string, (reader: Reader) => Action>> = {
  SET: setAction,
  REMOVE: removeAction,
  ADD: (reader) => valueAction(reader, added),
  DELETE: (reader) => valueAction(reader, taken),
};

/** The item without what goes. Deleting from a copy would make it an object that is slow for the rest of its life. */
const without = (item: Item, gone: ReadonlySet<string>): Record<string, AttributeValue> => {
  const left: Record<string, AttributeValue> = {};
  for (const name of Object.keys(item)) if (!gone.has(name)) left[name] = item[name]!;
  return left;
};

const apply = (actions: readonly Action[], scope: Scope): Record<string, AttributeValue> => {
  const touched = new Set<string>();
  const gone = new Set<string>();
  const set: Record<string, AttributeValue> = {};
  for (const { path, value } of actions) {
    const name = path(scope);
    if (touched.has(name)) throw invalid("Two document paths overlap with each other");
    touched.add(name);
    const next = value(scope);
    if (next === undefined) gone.add(name);
    else set[name] = next;
  }
  return { ...(gone.size === 0 ? scope.item : without(scope.item, gone)), ...set };
};

/** Throws a ValidationException for a text that is no update, or one that the stand-in does not know. */
export const readUpdate = remembered((text: string): Update => {
  const reader = createReader(text);
  const actions: Action[] = [];
  const clauses = new Set<string>();
  while (!reader.isOver()) {
    const word = reader.next().toUpperCase();
    const clause = CLAUSES[word];
    if (!clause || clauses.has(word)) throw invalid(`Syntax error; "${word}" begins no clause`);
    clauses.add(word);
    actions.push(...reader.list(() => clause(reader)));
  }
  if (actions.length === 0) throw invalid("The expression can not be empty");
  return { apply: (scope) => apply(actions, scope), uses: reader.uses };
});
