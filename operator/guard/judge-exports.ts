/**
 * What one stack takes of another. CloudFormation lets no export go, nor change, as long as a stack that stands there
 * imports it: the deployment would stop halfway, with some stacks new and some old.
 */
import type { Refusal } from "./finding.ts";
import { sayTheSame } from "./template.ts";
import type { Template, Templates } from "./template.ts";

const exportsOf = (template: Template): ReadonlyMap<string, unknown> =>
  new Map(
    Object.values(template.Outputs).flatMap(({ Export, Value }) =>
      Export === undefined ? [] : [[JSON.stringify(Export.Name), Value] as const],
    ),
  );

const importsIn = (value: unknown): readonly string[] => {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "Fn::ImportValue" ? [JSON.stringify(inner)] : importsIn(inner),
  );
};

/** Who, of what is deployed, imports the export of that name. */
const importersOf = (deployed: Templates): ReadonlyMap<string, readonly string[]> => {
  const importers = new Map<string, string[]>();
  for (const [stack, template] of deployed)
    for (const name of new Set(importsIn(template))) importers.set(name, [...(importers.get(name) ?? []), stack]);
  return importers;
};

/** The logical ids that a value is made of. */
const referredIn = (value: unknown): readonly string[] => {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): readonly string[] => {
    if (name === "Ref") return [String(inner)];
    if (name === "Fn::GetAtt") return [String(Array.isArray(inner) ? inner[0] : String(inner).split(".")[0])];
    if (name !== "Fn::Sub") return referredIn(inner);
    const named = [...JSON.stringify(inner).matchAll(/\$\{(\w+)/g)].map(([, id = ""]) => id);
    return [...named, ...referredIn(inner)];
  });
};

const CHANGES = {
  gone: "It is no longer exported",
  other: "It is exported with another value",
  anew: "What it names is, or may be, replaced, and so it has another value",
} as const;

/** The logical ids that are replaced, by the name of their stack. */
type Replaced = ReadonlyMap<string, ReadonlySet<string>>;

const changeOf = (value: unknown, now: unknown, replaced: ReadonlySet<string>): keyof typeof CHANGES | null => {
  if (!sayTheSame(value, now)) return "other";
  return referredIn(now).some((id) => replaced.has(id)) ? "anew" : null;
};

export const judgeExports = (deployed: Templates, next: Templates, replaced: Replaced): readonly Refusal[] => {
  const importers = importersOf(deployed);
  return [...deployed].flatMap(([stack, before]) => {
    const after = next.get(stack);
    const now = after === undefined ? null : exportsOf(after);
    if (now === null) return [];
    return [...exportsOf(before)].flatMap(([name, value]): Refusal[] => {
      const users = importers.get(name) ?? [];
      const change = now.has(name) ? changeOf(value, now.get(name), replaced.get(stack) ?? new Set()) : "gone";
      if (users.length === 0 || change === null) return [];
      return [
        {
          stack,
          resource: name.replaceAll('"', ""),
          type: "an export",
          deed: "break",
          property: null,
          happens: `${CHANGES[change]}, while ${users.join(" and ")} imports it: CloudFormation stops there and takes ${stack} back.`,
          lost: "Nothing is lost, but the deployment can't end.",
          instead:
            "Deploy in two steps: in the first keep it (`exportValue` of the CDK) while the other stack stops using it, in the second let it go.",
        },
      ];
    });
  });
};
