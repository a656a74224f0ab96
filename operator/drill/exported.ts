/**
 * An exported table as files, in the layout of DynamoDB's own export to S3 (gzip, one JSON object `{"Item": ...}` a line,
 * bytes as base64), with the table's keys and indexes beside it. What must stay true: what was written can be read back to
 * the byte, and a file that is missing or changed is found out before anything is restored from it.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { canonicalJson } from "../../functions/domain/canonical-json.ts";
import { NotDone } from "../refusal.ts";
import { TableShape } from "./table-shape.ts";

export type Item = Record<string, AttributeValue>;

const Manifest = z.strictObject({
  table: z.string(),
  exported_at: z.iso.datetime(),
  items: z.int().nonnegative(),
  files: z.array(z.strictObject({ name: z.string().regex(/^\d+\.json\.gz$/), items: z.int(), sha256: z.string() })),
  shape: TableShape,
});
export type Manifest = z.infer<typeof Manifest>;

/** An attribute as JSON has it: bytes as base64, all else as the service writes it. */
const asJson = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asJson(inner)]));
};

const bytes = z.base64().transform((text) => Uint8Array.from(Buffer.from(text, "base64")));
const Attribute: z.ZodType<AttributeValue> = z.lazy(() =>
  z.union([
    z.strictObject({ S: z.string() }),
    z.strictObject({ N: z.string() }),
    z.strictObject({ B: bytes }),
    z.strictObject({ BOOL: z.boolean() }),
    z.strictObject({ NULL: z.literal(true) }),
    z.strictObject({ SS: z.array(z.string()) }),
    z.strictObject({ NS: z.array(z.string()) }),
    z.strictObject({ BS: z.array(bytes) }),
    z.strictObject({ L: z.array(Attribute) }),
    z.strictObject({ M: z.record(z.string(), Attribute) }),
  ]),
);
const Line = z.strictObject({ Item: z.record(z.string(), Attribute) });

const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** The same for the same item, in whatever order its attributes come. */
export const itemDigest = (item: Item): string => sha256(canonicalJson(asJson(item)));

const dataDirectory = (directory: string): string => path.join(directory, "data");
const manifestFile = (directory: string): string => path.join(directory, "manifest.json");

export type Written = Manifest["files"][number];

/** The `number`th file of an export; nobody but its owner may read it. */
export const writeFile = (directory: string, number: number, items: readonly Item[]): Written => {
  mkdirSync(dataDirectory(directory), { recursive: true, mode: 0o700 });
  const name = `${String(number).padStart(6, "0")}.json.gz`;
  const content = gzipSync(items.map((item) => `${JSON.stringify({ Item: asJson(item) })}\n`).join(""));
  writeFileSync(path.join(dataDirectory(directory), name), content, { mode: 0o600, flag: "wx" });
  return { name, items: items.length, sha256: sha256(content) };
};

export const writeManifest = (directory: string, manifest: Manifest): void =>
  writeFileSync(manifestFile(directory), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flag: "wx" });

export const readManifest = (directory: string): Manifest =>
  Manifest.parse(JSON.parse(readFileSync(manifestFile(directory), "utf8")));

/** @throws NotDone when the file is not the one that was written. */
const readItems = (directory: string, { name, items, sha256: expected }: Written): readonly Item[] => {
  const content = readFileSync(path.join(dataDirectory(directory), name));
  if (sha256(content) !== expected)
    throw new NotDone(`${name} of the export in ${directory} is not what was exported. Export the table again.`);
  const lines = gunzipSync(content).toString("utf8").split("\n").slice(0, -1);
  if (lines.length !== items) throw new NotDone(`${name} of the export in ${directory} is cut off. Export again.`);
  return lines.map((line) => Line.parse(JSON.parse(line)).Item);
};

/** Every item of an export, a file at a time. */
export function* exportedItems(directory: string): Generator<readonly Item[]> {
  for (const file of readManifest(directory).files) yield readItems(directory, file);
}
