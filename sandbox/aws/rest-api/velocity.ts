/**
 * The few lines of Velocity that CDK writes into the answer to a CORS preflight: set, if, else, comparison of texts. A
 * template that uses more is refused when it is read, not misread when it runs.
 */

export type VelocityInput = {
  /** The request's header of exactly this spelling, or "" when there is none. */
  readonly header: (name: string) => string;
};

/** What the template set under `$context.responseOverride.header.`. */
export type Overrides = Readonly<Record<string, string>>;
export type VelocityTemplate = (input: VelocityInput) => Overrides;

type Variables = Map<string, string>;
type Expression = (input: VelocityInput, variables: Variables) => string;
type Statement = (input: VelocityInput, variables: Variables, out: Record<string, string>) => void;

const SET_HEADER = /^#set\(\s*\$context\.responseOverride\.header\.([A-Za-z-]+)\s*=\s*(.+?)\s*\)$/;
const SET_VARIABLE = /^#set\(\s*\$(\w+)\s*=\s*(.+?)\s*\)$/;
const IF = /^#if\(\s*(.+?)\s*\)$/;

/** Throws naming the line that is not understood. */
export const parseVelocity = (template: string): VelocityTemplate => {
  const lines = template
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const { block, rest } = parseBlock(lines);
  if (rest[0] !== undefined) throw notUnderstood(rest[0]);
  return (input) => {
    const out: Record<string, string> = {};
    block(input, new Map(), out);
    return out;
  };
};

const parseBlock = (lines: readonly string[]): { block: Statement; rest: readonly string[] } => {
  const statements: Statement[] = [];
  let rest = lines;
  for (let line = rest[0]; line !== undefined && line !== "#end" && line !== "#else"; line = rest[0]) {
    const condition = IF.exec(line)?.[1];
    if (condition !== undefined) {
      const parsed = parseIf(condition, rest.slice(1));
      statements.push(parsed.statement);
      rest = parsed.rest;
    } else {
      statements.push(parseSet(line));
      rest = rest.slice(1);
    }
  }
  return { block: (input, variables, out) => statements.forEach((run) => run(input, variables, out)), rest };
};

const parseIf = (text: string, lines: readonly string[]): { statement: Statement; rest: readonly string[] } => {
  const test = parseCondition(text);
  const yes = parseBlock(lines);
  const no = yes.rest[0] === "#else" ? parseBlock(yes.rest.slice(1)) : { block: () => undefined, rest: yes.rest };
  if (no.rest[0] !== "#end") throw notUnderstood(`#if(${text}) without #end`);
  return {
    statement: (input, variables, out) => (test(input, variables) ? yes.block : no.block)(input, variables, out),
    rest: no.rest.slice(1),
  };
};

const parseSet = (line: string): Statement => {
  const [, header, headerValue] = SET_HEADER.exec(line) ?? [];
  if (header !== undefined && headerValue !== undefined) {
    const value = parseExpression(headerValue);
    return (input, variables, out) => void (out[header] = value(input, variables));
  }
  const [, name, variableValue] = SET_VARIABLE.exec(line) ?? [];
  if (name === undefined || variableValue === undefined) throw notUnderstood(line);
  const value = parseExpression(variableValue);
  return (input, variables) => void variables.set(name, value(input, variables));
};

const parseCondition = (text: string): ((input: VelocityInput, variables: Variables) => boolean) => {
  const comparisons = text.split("||").map((part) => {
    const [left, right, ...more] = part.split("==");
    if (left === undefined || right === undefined || more.length > 0) throw notUnderstood(text);
    return [parseExpression(left.trim()), parseExpression(right.trim())] as const;
  });
  return (input, variables) => comparisons.some(([left, right]) => left(input, variables) === right(input, variables));
};

const parseExpression = (text: string): Expression => {
  const literal = /^"([^"$]*)"$/.exec(text)?.[1];
  if (literal !== undefined) return () => literal;
  const header = /^\$input\.params\(\)\.header\.get\("([A-Za-z-]+)"\)$/.exec(text)?.[1];
  if (header !== undefined) return (input) => input.header(header);
  const variable = /^\$(\w+)$/.exec(text)?.[1];
  if (variable !== undefined) return (_input, variables) => variables.get(variable) ?? "";
  throw notUnderstood(text);
};

const notUnderstood = (text: string): Error =>
  new Error(`The sandbox does not understand this part of a mapping template: ${text}`);
