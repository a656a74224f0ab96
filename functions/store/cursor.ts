/**
 * Where a listing goes on. A cursor is sealed: nobody can read it, change it or use it for another query than the one
 * that handed it out.
 */
import { canonicalJson, sha256Hex } from "../domain/canonical-json.ts";
import * as z from "zod";
import type { PhoneVault } from "./phone-vault.ts";

/** A cursor that this query did not hand out. */
export class BadCursor extends Error {
  constructor(cause?: unknown) {
    super("the cursor does not belong to this query; start again without it", { cause });
    this.name = "BadCursor";
  }
}

/** The last key that was looked at: everything after it is older, or equally old with a smaller id. */
const Position = z.strictObject({ at: z.int().nonnegative(), id: z.string() });
export type Position = Readonly<z.infer<typeof Position>>;

/** Longer texts are not ours. */
const LONGEST_CURSOR = 512;

const context = (query: unknown): string => `cursor#${sha256Hex(canonicalJson(query))}`;

/** `query` is everything about the query but limit and cursor, as JSON. */
export const writeCursor = async (vault: PhoneVault, query: unknown, position: Position): Promise<string> => {
  const sealed = await vault.seal(Buffer.from(JSON.stringify(position)), context(query));
  return Buffer.from(sealed).toString("base64url");
};

/** Null for no cursor. Throws `BadCursor`. */
export const readCursor = async (
  vault: PhoneVault,
  query: unknown,
  cursor: string | null,
): Promise<Position | null> => {
  if (cursor === null) return null;
  if (cursor.length > LONGEST_CURSOR) throw new BadCursor();
  try {
    const opened = await vault.open(Buffer.from(cursor, "base64url"), context(query));
    return Position.parse(JSON.parse(Buffer.from(opened).toString()));
  } catch (cause) {
    throw new BadCursor(cause);
  }
};
