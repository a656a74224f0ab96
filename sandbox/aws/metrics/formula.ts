/**
 * Arithmetic over a dashboard's lines, such as `100 * good / (good + bad)`: numbers, names of lines, the four operations,
 * brackets, and `PERIOD(name)`, the seconds of one step. Anything else is refused when it is read.
 */

/** What a formula is computed of: the values of the names in one step, and how many seconds that has. */
export type Step = { readonly valueOf: (name: string) => number | null; readonly seconds: number };

/** Null where a value is missing, or where there is no result. */
export type Formula = (step: Step) => number | null;

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([a-zA-Z]\w*)|([-+*/()]))/y;

type Token = { readonly text: string; readonly kind: "number" | "name" | "sign" };

const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.trimEnd().length) {
    const [, number, name, sign] = pattern.exec(text) ?? [];
    if (number !== undefined) tokens.push({ text: number, kind: "number" });
    else if (name !== undefined) tokens.push({ text: name, kind: "name" });
    else if (sign !== undefined) tokens.push({ text: sign, kind: "sign" });
    else throw new Error(`The sandbox does not compute "${text}": it knows numbers, names, + - * / and brackets.`);
  }
  return tokens;
};

const OPERATIONS = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => (b === 0 ? null : a / b),
} as const satisfies Readonly<Record<string, (a: number, b: number) => number | null>>;
type Operation = keyof typeof OPERATIONS;

const both =
  (operation: Operation, left: Formula, right: Formula): Formula =>
  (step) => {
    const [a, b] = [left(step), right(step)];
    return a === null || b === null ? null : OPERATIONS[operation](a, b);
  };

/** Reads a formula. Throws a sentence for one that it does not know. */
export const readFormula = (text: string): Formula => {
  const tokens = tokensOf(text);
  const next = (sign: string): boolean => {
    if (tokens[0]?.kind !== "sign" || tokens[0].text !== sign) return false;
    tokens.shift();
    return true;
  };
  const chain = (operations: readonly Operation[], inner: () => Formula): Formula => {
    let whole = inner();
    for (let found = operations.find(next); found !== undefined; found = operations.find(next))
      whole = both(found, whole, inner());
    return whole;
  };
  const single = (): Formula => {
    if (next("(")) {
      const inside = sum();
      if (!next(")")) throw new Error(`A bracket is not closed in "${text}".`);
      return inside;
    }
    const token = tokens.shift();
    if (token === undefined || token.kind === "sign") throw new Error(`Something is missing in "${text}".`);
    if (token.kind === "number") return () => Number(token.text);
    if (!next("(")) return ({ valueOf }) => valueOf(token.text);
    const [named] = tokens.splice(0, 1);
    if (token.text !== "PERIOD" || named?.kind !== "name" || !next(")"))
      throw new Error(`The sandbox knows no function ${token.text}() of "${text}".`);
    return ({ seconds }) => seconds;
  };
  const product = (): Formula => chain(["*", "/"], single);
  const sum = (): Formula => chain(["+", "-"], product);
  const formula = sum();
  if (tokens.length > 0) throw new Error(`The sandbox does not compute all of "${text}".`);
  return formula;
};
