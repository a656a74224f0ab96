/**
 * `npm run docs` writes the generated parts of the documentation; `npm run docs:check` only says whether they are up to
 * date. Everything generated has one source in the code, so the docs can't say what the code does not do.
 */
import { readFile, writeFile } from "node:fs/promises";
import { failures, fileProblems, payoutFailures, problems, rowProblems } from "./docs/answers.ts";
import { gatewayErrors, payoutResults, results, sources } from "./docs/codes.ts";
import { licences } from "./docs/licences.ts";
import { MarkerMistake, fill } from "./docs/markdown.ts";
import { NotOpenApi, openApiYaml } from "./docs/openapi.ts";
import { environment, log } from "./docs/operations.ts";
import { batchDiagram, payoutDiagram, payoutEvidence } from "./docs/payouts.ts";
import { refundDiagram, refundEvidence, refundFailures } from "./docs/refunds.ts";
import { allCodes } from "./docs/site-codes.ts";
import { diagram, evidence, statuses } from "./docs/transactions.ts";
import { clientOperations, clientSchema } from "./generate-client.ts";
import { laidOut } from "./laid-out.ts";

const ROOT = new URL("../", import.meta.url);

/** Makes a whole document from what stands in its file now. */
type Make = (now: string, path: string) => Promise<string>;

/** A document of prose with these generated parts, laid out as all prose is. */
const prose =
  (parts: Readonly<Record<string, () => string>>): Make =>
  (now, path) => {
    const made = Object.entries(parts).map(([name, make]) => [name, make()] as const);
    return laidOut(path, fill(now, Object.fromEntries(made)));
  };

/** Data that programs read, laid out as all of it is. */
const json =
  (make: () => unknown): Make =>
  (_now, path) =>
    laidOut(path, JSON.stringify(make()));

const DOCUMENTS: Readonly<Record<string, Make>> = {
  "docs/openapi.yaml": openApiYaml,
  "docs/codes.json": json(allCodes),
  "docs/transactions.md": prose({ diagram, statuses, evidence }),
  "docs/payouts.md": prose({
    "payout-diagram": payoutDiagram,
    "payout-evidence": payoutEvidence,
    "batch-diagram": batchDiagram,
  }),
  "docs/refunds.md": prose({
    "refund-diagram": refundDiagram,
    "refund-evidence": refundEvidence,
    "refund-failures": refundFailures,
  }),
  "docs/result-codes.md": prose({ results, "payout-results": payoutResults, sources, "gateway-errors": gatewayErrors }),
  "docs/errors.md": prose({ problems, "row-problems": rowProblems, "file-problems": fileProblems }),
  "docs/failures.md": prose({ failures, "payout-failures": payoutFailures }),
  "docs/licences.md": prose({ licences }),
  "docs/operations.md": prose({ environment, log }),
  "web/client/src/schema.ts": clientSchema,
  "web/client/src/operations.ts": clientOperations,
};

/** Reads a document; one that is not there has nothing in it. */
const read = async (path: string): Promise<string> => {
  try {
    return await readFile(new URL(path, ROOT), "utf8");
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "ENOENT") return "";
    throw fault;
  }
};

/** What is wrong with one document, in a sentence; null when nothing is, or when it was written anew. */
const bringUpToDate = async (path: string, make: Make, isCheck: boolean): Promise<string | null> => {
  const now = await read(path);
  try {
    const wanted = await make(now, path);
    if (wanted === now) return null;
    if (isCheck) return `${path} does not say what the code does any more: run npm run docs and commit the result.`;
    await writeFile(new URL(path, ROOT), wanted);
    console.log(`wrote ${path}`);
    return null;
  } catch (fault) {
    if (fault instanceof MarkerMistake || fault instanceof NotOpenApi) return `${path}: ${fault.message}`;
    throw fault;
  }
};

const isCheck = process.argv.includes("--check");
const verdicts = await Promise.all(Object.entries(DOCUMENTS).map(([path, make]) => bringUpToDate(path, make, isCheck)));
const mistakes = verdicts.filter((verdict) => verdict !== null);
for (const mistake of mistakes) console.error(mistake);
if (mistakes.length > 0) process.exitCode = 1;
else console.log(`${verdicts.length} documents are up to date.`);
