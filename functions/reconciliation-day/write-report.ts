/**
 * Puts a version of a day into the bucket, in every form. What must stay true: the files are there before the ledger says
 * that the version is, so whoever is told of a report finds it.
 */
import { gzipSync } from "node:zlib";
import type { Files } from "../runtime/files.ts";
import { dayFiles, versionOf } from "./day-files.ts";
import type { DayState } from "./day-state.ts";
import { reportCsv } from "./report-csv.ts";
import type { DayReport } from "./report-rows.ts";
import { reportWorkbook } from "./report-workbook.ts";

const CSV = "text/csv; charset=utf-8";
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const GZIP = "application/gzip";

const packed = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value));

const csvBytes = (report: DayReport): Uint8Array =>
  Buffer.concat(Array.from(reportCsv(report), (piece) => Buffer.from(piece, "utf8")));

/** Everything, for machines and for whoever checks years later. */
const reportJson = ({ record, look, raised, adjustments }: DayReport): unknown => {
  const { exceptions: _, handover: __, ...findings } = look.findings;
  return {
    format: "malipo.reconciliation.v1",
    day: record,
    ...findings,
    exceptions: raised.map(({ found, exceptions }) => ({ ...found, exceptions })),
    adjustments,
  };
};

export const writeReport =
  (deps: { readonly files: Pick<Files, "put"> }) =>
  async (report: DayReport, state: DayState): Promise<void> => {
    const files = dayFiles(versionOf(report.record));
    await deps.files.put(files.report, packed(reportJson(report)), GZIP);
    await deps.files.put(files.csv, csvBytes(report), CSV);
    await deps.files.put(files.xlsx, await reportWorkbook(report), XLSX);
    await deps.files.put(files.state, packed(state), GZIP);
  };
