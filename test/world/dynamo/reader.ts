/**
 * Reads the words of DynamoDB's expressions, one after another. It serves the two grammars beside it, and refuses whatever
 * they don't know: an expression that the stand-in half understands would prove nothing.
 */
import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../../functions/store/attributes.ts";

/** A request that DynamoDB does not take. */
export const invalid = (message: string): DynamoDBServiceException =>
  new DynamoDBServiceException({ name: "ValidationException", $fault: "client", $metadata: {}, message });

const WORD = /\s*(?:(:[A-Za-z0-9_]+|#?[A-Za-z_][A-Za-z0-9_]*)|(<>|<=|>=|[=<>(),+-]))/y;

const words = (text: string): string[] => {
  const found: string[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < text.trimEnd().length) {
    const place = WORD.lastIndex;
    const match = WORD.exec(text);
    if (!match) throw invalid(`Syntax error; at ${place} of an expression`);
    found.push(match[1] ?? match[2] ?? "");
  }
  return found;
};

/** What an expression is evaluated over. */
export interface Scope {
  readonly item: Item;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

/** A value in the scope; undefined where there is none. */
export type Operand = (scope: Scope) => AttributeValue | undefined;

/** Which attribute a path means. */
export type Path = (scope: Pick<Scope, "names">) => string;

const NAME = /^#?[A-Za-z_][A-Za-z0-9_]*$/;
const VALUE = /^:[A-Za-z0-9_]+$/;

export type Reader = ReturnType<typeof createReader>;

export const createReader = (text: string) => {
  const all = words(text);
  /** Placeholders that the text mentions. */
  const uses = new Set(all.filter((word) => /^[#:]/.test(word)));
  let place = 0;
  const peek = (): string => all[place] ?? "";
  const next = (): string => all[place++] ?? "";

  /** Takes the next word if it is this keyword or sign. */
  const takes = (word: string): boolean => {
    const isNext = peek().toUpperCase() === word;
    if (isNext) place += 1;
    return isNext;
  };
  const expects = (word: string): void => {
    if (!takes(word)) throw invalid(`Syntax error; "${word}" expected before "${peek()}"`);
  };
  const path = (): Path => {
    const name = next();
    if (!NAME.test(name)) throw invalid(`Syntax error; an attribute expected, not "${name}"`);
    if (!name.startsWith("#")) return () => name;
    return ({ names }) => {
      const attribute = names[name];
      if (attribute === undefined) throw invalid(`An expression attribute name is not defined: ${name}`);
      return attribute;
    };
  };
  const value = (): Operand => {
    const name = next();
    if (!VALUE.test(name)) throw invalid(`Syntax error; a value expected, not "${name}"`);
    return ({ values }) => {
      const given = values[name];
      if (given === undefined) throw invalid(`An expression attribute value is not defined: ${name}`);
      return given;
    };
  };
  /** `read` once, and once more after each comma. */
  const list = <T>(read: () => T): T[] => {
    const found = [read()];
    while (takes(",")) found.push(read());
    return found;
  };
  const isOver = (): boolean => place >= all.length;
  return { uses, peek, next, takes, expects, path, value, list, isOver };
};

/** Keeps what was made of each text: the store uses a few dozen, a million times. */
export const remembered = <T>(make: (text: string) => T): ((text: string) => T) => {
  const made = new Map<string, T>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const fresh = make(text);
    made.set(text, fresh);
    return fresh;
  };
};
