/**
 * Reads a synthesised cloud assembly from its directory: which stacks there are, what is in them, and in which directory
 * each function's code lies. Everything read from disk is parsed; what the sandbox runs is this and nothing else.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      displayName: z.string().optional(),
      properties: z.object({ templateFile: z.string(), file: z.string(), stackName: z.string() }).partial().optional(),
    }),
  ),
});

const AssetManifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

const Template = z.object({
  Resources: z
    .record(
      z.string(),
      z.object({
        Type: z.string(),
        Properties: z.record(z.string(), z.unknown()).default({}),
        Condition: z.string().optional(),
      }),
    )
    .default({}),
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
});

export type Template = z.infer<typeof Template>;
export type Stack = { readonly name: string; readonly template: Template };
export type Assembly = {
  readonly stacks: readonly Stack[];
  /** Where the asset with this object key lies on disk. */
  assetDirectory(objectKey: string): string;
};

/** Reads the assembly in `directory` (what `cdk synth` leaves behind). Throws when a file is missing or misshapen. */
export const readAssembly = (directory: string): Assembly => {
  const artifacts = Object.entries(readJson(path.join(directory, "manifest.json"), Manifest).artifacts);
  const assets = new Map<string, string>();
  const stacks: Stack[] = [];
  for (const [id, { type, properties }] of artifacts) {
    if (type === "aws:cloudformation:stack" && properties?.templateFile !== undefined) {
      const template = readJson(path.join(directory, properties.templateFile), Template);
      stacks.push({ name: properties.stackName ?? id, template });
    }
    if (type === "cdk:asset-manifest" && properties?.file !== undefined) {
      const manifest = readJson(path.join(directory, properties.file), AssetManifest);
      for (const [key, place] of assetPlaces(manifest)) assets.set(key, path.join(directory, place));
    }
  }
  return {
    stacks,
    assetDirectory(objectKey) {
      const place = assets.get(objectKey);
      if (place === undefined) throw new Error(`The assembly has no asset "${objectKey}". Synthesise it again.`);
      return place;
    },
  };
};

const assetPlaces = (manifest: z.infer<typeof AssetManifest>): [string, string][] =>
  Object.values(manifest.files).flatMap(({ source, destinations }) =>
    source.path === undefined
      ? []
      : Object.values(destinations).map(({ objectKey }): [string, string] => [objectKey, source.path ?? ""]),
  );

const readJson = <T>(file: string, schema: z.ZodType<T>): T => {
  const result = schema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!result.success) throw new Error(`${file} is not what was expected: ${z.prettifyError(result.error)}`);
  return result.data;
};
