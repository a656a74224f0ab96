/** What was found by what, for a terminal and for test/planted/README.md. */
import type { Hunted } from "./hunt.ts";

/** By which check, as people call it, and after how many seeds. */
const cells = ({ found }: Hunted): readonly [by: string, after: string] => {
  if (found === null) return ["NOTHING", ""];
  const { check, seeds } = found;
  if (check.check === "tests") return [check.file, ""];
  return [`world of ${check.world}`, seeds === null ? "" : `${seeds} ${seeds === 1 ? "seed" : "seeds"}`];
};

/** In columns: number, what finds it, after how many seeds, the bug. */
export const table = (hunted: readonly Hunted[]): string => {
  const rows = hunted.map((each) => [each.bug.number, ...cells(each), each.bug.says]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
};

/** The same as a table of Markdown. */
export const markdown = (hunted: readonly Hunted[]): string => {
  const rows = hunted.map((each) => {
    const [by, after] = cells(each);
    return `| ${each.bug.says} | ${by} | ${after} |`;
  });
  return ["| Bug | Found by | After |", "| --- | --- | --- |", ...rows].join("\n");
};
