/** zod schemas as the OpenAPI document has them: named ones once, in `components`, and pointed at from everywhere else. */
import * as z from "zod";

export type Json = Readonly<Record<string, unknown>>;

/** Named schemas, as they are found. */
export type Components = Map<string, unknown>;

/** zod puts named schemas below `$defs` of each schema that uses them; in the document they live in one place. */
const relocated = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));

/** JSON Schema of a zod schema; named schemas become references into `components`. */
export const jsonSchema = (schema: z.ZodType, direction: "input" | "output", components: Components): unknown => {
  const made = z.toJSONSchema(schema, { io: direction, target: "draft-2020-12", unrepresentable: "any" });
  const { $schema: _dialect, $defs: definitions = {}, ...rest } = made;
  const add = (name: string, definition: unknown): void => {
    if (!components.has(name)) components.set(name, relocated(definition));
  };
  for (const [name, definition] of Object.entries(definitions)) add(name, definition);
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) return relocated(rest);
  add(id, rest);
  return { $ref: `#/components/schemas/${id}` };
};
