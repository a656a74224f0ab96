/**
 * Rows that say again what an earlier row of the same file said. One person paid one amount twice in one file is far more
 * often a copied line than a wish, so it takes the maker's word.
 */
import type { RejectedRow } from "../../domain/batch-row.ts";
import type { UnplacedRow } from "./raw-row.ts";

/** For rows in order: why this one can't be paid, or null. With `allow` nothing is held and every row is let through. */
export const createInFileDuplicates = ({
  allow,
}: {
  readonly allow: boolean;
}): ((row: UnplacedRow) => RejectedRow | null) => {
  if (allow) return () => null;
  const first = new Map<string, number>();
  return ({ row, phone, amount }) => {
    const key = `${phone}:${amount}`;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, row);
      return null;
    }
    const message = `This row repeats row ${earlier} (same phone and amount). Remove it, or allow duplicates if both are meant.`;
    return { row, field: null, code: "duplicate_in_file", message };
  };
};
