/**
 * The first line of a file of payouts: which delimiter it is written with and which column is which. What must stay
 * true: a column is read as the phone or the amount only by its name, never by its place or its look, and no two columns
 * are read as the same thing.
 */
import { fold, INVISIBLE } from "../../domain/characters.ts";
import { FileRefused } from "./file-refused.ts";
import type { RowCells } from "./raw-row.ts";

type Field = keyof RowCells;
const FIELDS = ["phone", "amount", "reference", "remarks"] as const satisfies readonly Field[];
const REQUIRED: readonly Field[] = ["phone", "amount"];

const DELIMITERS = [",", ";", "\t"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Names that people give the columns, as `nameOf` writes them. */
const NAMES: Readonly<Record<Field | "ignored", readonly string[]>> = {
  phone: [
    ...["phone", "phone number", "phone no", "phonenumber", "mobile", "mobile number", "mobile no", "mobile phone"],
    ...["msisdn", "number", "telephone", "telephone number", "telephone no", "tel", "tel no", "cell", "cell phone"],
    ...["mpesa number", "m pesa number", "simu", "namba ya simu", "nambari ya simu"],
  ],
  amount: ["amount", "kes", "ksh", "kshs", "amount kes", "amount ksh", "amount kshs", "amount in kes", "kiasi"],
  reference: [
    ...["reference", "ref", "reference no", "reference number", "ref no", "account", "account no", "account number"],
    ...["account reference", "invoice", "invoice no", "invoice number", "employee no", "employee number"],
    ...["employee id", "staff no", "staff number", "staff id", "payroll no", "payroll number"],
  ],
  remarks: ["remarks", "remark", "narration", "narrative", "comment", "comments"],
  ignored: [
    ...["name", "names", "full name", "first name", "last name", "middle name", "surname", "jina"],
    ...["employee name", "staff name", "customer name", "recipient name", "receiver name"],
    ...["no", "s no", "sno", "serial no", "row"],
  ],
};

const MEANINGS: ReadonlyMap<string, Field | "ignored"> = new Map(
  ([...FIELDS, "ignored"] as const).flatMap((field) => NAMES[field].map((name) => [name, field] as const)),
);

/** `" Amount_(KES) "` and `amount kes` are one name. */
const nameOf = (cell: string): string =>
  fold(cell)
    .replaceAll(INVISIBLE, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();

const MAX_COLUMNS = 64;
const MOST_NAMED = 10;
const LONGEST_NAMED = 40;

/** Five digits or more are somebody's data, not a column's name. */
const looksLikeData = (cell: string): boolean => (cell.match(/\d/g) ?? []).length >= 5;

/** Column names for a message: few, short, and none that may be a phone number. */
const quoted = (cells: readonly string[]): string => {
  const named = cells.filter((cell) => cell.trim() !== "").map((cell) => (looksLikeData(cell) ? "(digits)" : cell));
  const shown = named.slice(0, MOST_NAMED).map((cell) => `"${cell.replace(/\s+/g, " ").slice(0, LONGEST_NAMED)}"`);
  return shown.join(", ") + (named.length > MOST_NAMED ? ` and ${named.length - MOST_NAMED} more` : "");
};

/** The parts of a line between delimiters that stand outside of quotation marks. */
const split = (line: string, delimiter: Delimiter): readonly string[] =>
  line
    .split('"')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll(delimiter, "\n") : part))
    .join("")
    .split("\n");

/** The delimiter under which most columns of the header line have a name that is known, then under which it has most. */
export const delimiterOf = (line: string): Delimiter => {
  const scored = DELIMITERS.map((delimiter) => {
    const parts = split(line, delimiter);
    return { delimiter, known: parts.filter((part) => MEANINGS.has(nameOf(part))).length, parts: parts.length };
  });
  const [best] = scored.sort((a, b) => b.known - a.known || b.parts - a.parts);
  return best?.delimiter ?? ",";
};

export interface Header {
  /** Where each field stands in a row, from 0; null when the file does not have it. */
  readonly columns: Readonly<Record<Field, number | null>>;
  /** For each column whether it has a name. */
  readonly named: readonly boolean[];
  /** For the person who made the file: columns that were not read. Null when there is nothing to say. */
  readonly warning: string | null;
}

const refuseWithout = (missing: readonly Field[], cells: readonly string[], line: number): never => {
  const known = "phone and amount are needed, reference and remarks may be there";
  if (missing.length === REQUIRED.length && cells.some(looksLikeData))
    throw new FileRefused("no_header", `The first line holds data. It must name the columns: ${known}.`, line);
  throw new FileRefused(
    "missing_columns",
    `The file has no column named ${missing.join(" and none named ")}; its columns are ${quoted(cells)}. Name the columns in the first line: ${known}.`,
    line,
  );
};

/** Reads the header. Throws FileRefused when what to pay to whom can't be told by the columns' names. */
export const readHeader = (cells: readonly string[], line: number): Header => {
  const width = cells.findLastIndex((cell) => cell.trim() !== "") + 1;
  if (width > MAX_COLUMNS)
    throw new FileRefused(
      "too_many_columns",
      `The file has ${width} columns, and at most ${MAX_COLUMNS} are read. Remove those that are not needed.`,
      line,
    );
  const names = cells.map(nameOf);
  const placesOf = (field: Field): readonly number[] =>
    names.flatMap((name, index) => (MEANINGS.get(name) === field ? [index] : []));
  const missing = REQUIRED.filter((field) => placesOf(field).length === 0);
  if (missing.length > 0) refuseWithout(missing, cells, line);
  for (const field of FIELDS) {
    const places = placesOf(field);
    if (places.length < 2) continue;
    const rivals = quoted(places.map((place) => cells[place] ?? ""));
    throw new FileRefused(
      "duplicate_columns",
      `Several columns could be the ${field}: ${rivals}. Keep one of them, or rename the others.`,
      line,
    );
  }
  const unknown = cells.filter((cell, index) => cell.trim() !== "" && !MEANINGS.has(names[index] ?? ""));
  const place = (field: Field): number | null => placesOf(field)[0] ?? null;
  return {
    columns: {
      phone: place("phone"),
      amount: place("amount"),
      reference: place("reference"),
      remarks: place("remarks"),
    },
    named: cells.map((cell) => cell.trim() !== ""),
    warning:
      unknown.length === 0
        ? null
        : `Columns that were not read: ${quoted(unknown)}. What is read are phone, amount, reference and remarks.`,
  };
};
