/** What CloudFormation or DynamoDB make of two descriptions of one table, where a diff of templates takes it for an update. */
import { sayTheSame, valueAt } from "./template.ts";
import type { TemplateResource } from "./template.ts";
import { listAt } from "./weakening.ts";

/** What stands in a list of a table's properties, by its name. */
const byName = (table: TemplateResource, list: string, name: string): ReadonlyMap<string, unknown> =>
  new Map(listAt(table, [list]).map((entry) => [String(valueAt(entry, [name])), entry]));

/** Whether an attribute of a key is of another type, by which the table is replaced. */
export const isRetyped = (was: TemplateResource, now: TemplateResource): boolean => {
  const [old, definitions] = [was, now].map((table) => byName(table, "AttributeDefinitions", "AttributeName"));
  return [...(old ?? [])].some(
    ([name, definition]) => definitions?.has(name) === true && !sayTheSame(definition, definitions.get(name)),
  );
};

const indexesOf = (table: TemplateResource) => byName(table, "GlobalSecondaryIndexes", "IndexName");

/** The indexes that no longer are what they were. */
export const indexesGone = (was: TemplateResource, now: TemplateResource): readonly string[] => {
  const left = indexesOf(now);
  return [...indexesOf(was)].flatMap(([name, index]) => (sayTheSame(index, left.get(name)) ? [] : [name]));
};

/** How many indexes are made and taken away; DynamoDB does one of both in an update of a table. */
export const indexSteps = (was: TemplateResource, now: TemplateResource): number =>
  indexesGone(was, now).length + indexesGone(now, was).length;
