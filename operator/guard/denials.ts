/**
 * What a policy forbids everybody, and whether another one forbids as much. A denial is what stands between a role that was
 * given too much and the evidence; who may do more is another question (warnings.ts).
 */
import { sayTheSame, valueAt } from "./template.ts";
import { listAt } from "./weakening.ts";
import type { Path, Weakening } from "./weakening.ts";

const partsOf = (statement: unknown, name: string): readonly unknown[] => {
  const value = valueAt(statement, [name]);
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};

/** Whom, and under which conditions: everything that is neither its name nor listed thing by thing. */
const circumstances = (statement: unknown): unknown =>
  typeof statement !== "object" || statement === null
    ? statement
    : Object.fromEntries(Object.entries(statement).filter(([name]) => !["Sid", "Action", "Resource"].includes(name)));

const forbidsAsMuch = (was: unknown, is: unknown): boolean =>
  sayTheSame(circumstances(was), circumstances(is)) &&
  ["Action", "Resource"].every((name) => {
    const parts = partsOf(is, name);
    return partsOf(was, name).every((part) => parts.some((other) => sayTheSame(part, other)));
  });

const named = (statement: unknown): string => {
  const sid = valueAt(statement, ["Sid"]);
  return typeof sid === "string" ? sid : partsOf(statement, "Action").map(String).join(", ");
};

/** A denial of the policy at that path that is gone, or that forbids less. */
export const denialGone =
  (path: Path): Weakening =>
  (before, after) => {
    const denials = (list: readonly unknown[]): readonly unknown[] =>
      list.filter((statement) => valueAt(statement, ["Effect"]) === "Deny");
    const now = denials(listAt(after, path));
    const gone = denials(listAt(before, path)).filter((was) => !now.some((is) => forbidsAsMuch(was, is)));
    return gone.length === 0 ? null : `What was refused to everybody no longer is: ${gone.map(named).join("; ")}.`;
  };
