/**
 * What a role is given, taken apart into the smallest pieces that could be left out: an action on a resource, and a value
 * of a condition that has several. A piece that nothing ever needed is one too many.
 */
import { isAllowed } from "./simulate.ts";
import type { Need, Policies, Statement } from "./simulate.ts";

export type Grant = {
  /** Names it for people, and is the same in every sandbox of the same template. */
  readonly name: string;
  /** The piece alone. */
  readonly statement: Statement;
  /** The condition key of which it is one value; null for an action on a resource. */
  readonly valueOf: string | null;
};

export const readGrants = (statements: readonly Statement[]): readonly Grant[] =>
  statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap((statement) => [...pairs(statement), ...values(statement)]);

/** Whether the piece alone would have allowed it, or one of its keys when it asks for several. */
export const serves = (grant: Grant, need: Need, policies: Omit<Policies, "statements">): boolean => {
  const { statement, valueOf } = grant;
  if (!statement.Action.some((action) => action === need.action || action.includes("*"))) return false;
  const alone = { ...policies, statements: [statement] };
  const asked = valueOf === null ? undefined : need.context[valueOf];
  if (valueOf === null || asked === undefined || typeof asked === "string") return isAllowed(need, alone);
  return asked.some((one) => isAllowed({ ...need, context: { ...need.context, [valueOf]: [one] } }, alone));
};

const pairs = (statement: Statement): readonly Grant[] =>
  statement.Action.flatMap((action) =>
    statement.Resource.map((resource) => ({
      name: `${action} on ${short(resource)}${conditioned(statement)}`,
      statement: { ...statement, Action: [action], Resource: [resource] },
      valueOf: null,
    })),
  );

const values = (statement: Statement): readonly Grant[] =>
  entriesOf(statement).flatMap(({ operator, key, wanted }) =>
    wanted.length < 2
      ? []
      : wanted.map((value) => ({
          name: `${statement.Action.join(", ")} on ${statement.Resource.map(short).join(", ")} where ${key} is ${short(value)}`,
          statement: {
            ...statement,
            Condition: { ...statement.Condition, [operator]: { ...statement.Condition[operator], [key]: [value] } },
          },
          valueOf: key,
        })),
  );

const entriesOf = ({ Condition }: Statement) =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => ({ operator, key, wanted })),
  );

/** Tells apart statements on the same thing, in words. */
const conditioned = (statement: Statement): string =>
  entriesOf(statement)
    .map(({ key, wanted }) => ` where ${key} is ${wanted.map(short).join(" or ")}`)
    .join("");

/** An ARN without what every ARN of the account begins with, and without the time at which a stream was made. */
const short = (text: string): string =>
  text.replace(/^arn:aws:[\w-]+:[\w-]*:\d*:/, "").replace(/(?<=\/stream)\/[\d:T.-]+$/, "");
