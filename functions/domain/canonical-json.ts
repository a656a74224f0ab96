/**
 * One text for one value: object keys sorted, no spaces. Digests and fingerprints are taken over this text, so it must
 * never depend on the order in which somebody wrote a body or a database gave a map back.
 */
import { hash } from "node:crypto";

/** Deeper values are refused: nothing that Malipo digests nests further. */
const MAX_DEPTH = 16;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const write = (value: unknown, depth: number): string => {
  if (depth > MAX_DEPTH) throw new RangeError("canonicalJson() takes values of at most 16 levels");
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(",")}]`;
  if (isRecord(value)) {
    const members = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${write(value[key], depth + 1)}`);
    return `{${members.join(",")}}`;
  }
  throw new TypeError(`canonicalJson() can't write a ${typeof value}`);
};

/**
 * A JSON value as its canonical text. Object fields that are undefined are left out. Throws for what JSON can't say (a
 * function, NaN, an undefined list item) and for more than 16 levels.
 */
export const canonicalJson = (value: unknown): string => write(value, 0);

/** SHA-256 of a text's UTF-8 bytes, as 64 hex characters. */
export const sha256Hex = (text: string): string => hash("sha256", text, "hex");
