/** A closed day as an Excel workbook, made for whoever answers for the numbers. */
import { writeXlsx } from "hucre/xlsx";
import type { DayReport } from "./report-rows.ts";
import { summarySheet } from "./workbook-summary.ts";
import { tableSheets } from "./workbook-tables.ts";

/** The file. Its times are Nairobi's, its amounts are numbers. */
export const reportWorkbook = (report: DayReport): Promise<Uint8Array> => {
  const { record } = report;
  return writeXlsx({
    sheets: [summarySheet(record), ...tableSheets(report)],
    properties: {
      title: `Reconciliation of ${record.day}, shortcode ${record.shortcode}`,
      creator: "Malipo",
      created: new Date(record.updatedAt),
      modified: new Date(record.updatedAt),
    },
  });
};
