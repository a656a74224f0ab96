/**
 * Files that people hand in. The judge: a file is read or refused as a whole, nothing else is thrown; a row that may be paid
 * has a mobile number and whole shillings within its limits; a line of a statement has whole cents.
 */
import { writeXlsx } from "hucre/xlsx";
import { PAYOUT_SHILLINGS } from "../../functions/domain/payout.ts";
import { FileRefused } from "../../functions/payouts/rows/file-refused.ts";
import { readJsonRows } from "../../functions/payouts/rows/json-rows.ts";
import { thaw } from "../../functions/payouts/rows/frozen-rows.ts";
import { validateFile } from "../../functions/payouts/rows/validate-file.ts";
import { readStatement } from "../../functions/statements/read-statement.ts";
import { StatementRefused } from "../../functions/statements/statement-refused.ts";
import type { Chance } from "../world/core/prng.ts";
import { ROWS_FILE, STATEMENT } from "./documents.ts";
import { changeBytes, changeDocument, changeText } from "./mutate.ts";
import { outcome } from "./target.ts";
import type { Outcome, Target } from "./target.ts";

const LIMITS = { maxRows: 20, maxBytes: 20_000 };
const HEAD = { storefront: "shop", shortcode: "600992", reference: "NOV-2026", kind: "salary" };
const { min, max } = PAYOUT_SHILLINGS;

const rowsFile = async (chance: Chance): Promise<Outcome> => {
  const text = changeText(chance, ROWS_FILE);
  try {
    const options = { ...LIMITS, head: HEAD, shillings: { min, max }, allowDuplicates: false };
    const { bytes, digest } = await validateFile(text, options);
    let mayNotBePaid = false;
    for await (const { phone, amount } of thaw(bytes, { head: HEAD, digest }))
      mayNotBePaid ||= !/^254[17]\d{8}$/.test(phone) || amount % 100 !== 0 || amount < min * 100 || amount > max * 100;
    return outcome(text, false, { "a row that may not be paid was accepted": mayNotBePaid });
  } catch (fault) {
    if (fault instanceof FileRefused) return outcome(text, false, {});
    throw fault;
  }
};

const JSON_ROWS = JSON.stringify([
  { phone: "0712345678", amount: 1500, reference: "NOV-1" },
  { phone: "254110000222", amount: 10, remarks: "November" },
]);

const jsonRows = (chance: Chance): Outcome => {
  const text = changeDocument(chance, JSON_ROWS);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return outcome(text, false, {});
  }
  readJsonRows(value, LIMITS);
  return outcome(text, false, {});
};

/** Whether some line of the statement has an amount that is none; false for a statement that is refused. */
const hasOddAmount = async (bytes: Uint8Array): Promise<boolean> => {
  let isOdd = false;
  const chunks = async function* () {
    yield await Promise.resolve(bytes);
  };
  try {
    const { events } = await readStatement(chunks, { mostRows: 60, mostBytes: 60_000 });
    for await (const event of events) if (event.type === "line") isOdd ||= !Number.isSafeInteger(event.line.amount);
  } catch (fault) {
    if (!(fault instanceof StatementRefused)) throw fault;
  }
  return isOdd;
};

const statement = async (chance: Chance): Promise<Outcome> => {
  const text = changeText(chance, STATEMENT);
  return outcome(text, false, { "a line with an amount that is none": await hasOddAmount(Buffer.from(text)) });
};

const workbooks = writeXlsx({
  sheets: [
    {
      name: "Statement",
      rows: STATEMENT.trim()
        .split("\n")
        .map((line) => line.split(",")),
    },
  ],
});

const workbook = async (chance: Chance): Promise<Outcome> => {
  const bytes = changeBytes(chance, await workbooks);
  const text = Buffer.from(bytes).toString("base64");
  return outcome(text, false, { "a line with an amount that is none": await hasOddAmount(bytes) });
};

const target = (name: string, weight: number, run: Target["run"]): Target => ({ name, weight, run });

export const FILE_TARGETS: readonly Target[] = [
  target("rows file", 4, rowsFile),
  target("JSON rows", 4, jsonRows),
  target("statement, CSV", 3, statement),
  target("statement, XLSX", 1, workbook),
];
