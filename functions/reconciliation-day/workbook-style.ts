/** How the workbook looks: one palette and a handful of styles, so that every sheet reads alike. */
import type { CellStyle } from "hucre/xlsx";

export const COLOURS = {
  ink: "1F2933",
  quiet: "6B7785",
  line: "D5DBE1",
  band: "F3F6F8",
  head: "17594A",
  in: "1E8E5A",
  out: "C8553D",
  warn: "B7791F",
  white: "FFFFFF",
} as const;

const FONT = "Calibri";
const rgb = (colour: string) => ({ rgb: colour });
const filled = (colour: string) => ({ type: "pattern", pattern: "solid", fgColor: rgb(colour) }) as const;
const under = (colour: string, style: "thin" | "medium" = "thin") => ({ bottom: { style, color: rgb(colour) } });

export const MONEY_FORMAT = "#,##0.00;[Red]-#,##0.00;0.00";
export const COUNT_FORMAT = "#,##0";
export const TIME_FORMAT = "yyyy-mm-dd hh:mm:ss";

const text = (style: CellStyle = {}): CellStyle => ({
  ...style,
  font: { name: FONT, size: 11, color: rgb(COLOURS.ink), ...style.font },
});

const right = { horizontal: "right" } as const;

export const STYLES = {
  title: text({ font: { size: 20, bold: true, color: rgb(COLOURS.head) } }),
  subtitle: text({ font: { size: 11, color: rgb(COLOURS.quiet) } }),
  cardLabel: text({ font: { size: 10, color: rgb(COLOURS.quiet) }, fill: filled(COLOURS.band) }),
  cardMoney: text({
    font: { size: 16, bold: true },
    fill: filled(COLOURS.band),
    numFmt: MONEY_FORMAT,
    alignment: { horizontal: "left" },
  }),
  cardGood: text({
    font: { size: 16, bold: true, color: rgb(COLOURS.in) },
    fill: filled(COLOURS.band),
    alignment: { horizontal: "left" },
  }),
  cardBad: text({
    font: { size: 16, bold: true, color: rgb(COLOURS.out) },
    fill: filled(COLOURS.band),
    alignment: { horizontal: "left" },
  }),
  section: text({ font: { size: 13, bold: true, color: rgb(COLOURS.head) }, border: under(COLOURS.head, "medium") }),
  columnLeft: text({ font: { size: 10, color: rgb(COLOURS.quiet) }, border: under(COLOURS.line) }),
  columnRight: text({ font: { size: 10, color: rgb(COLOURS.quiet) }, border: under(COLOURS.line), alignment: right }),
  label: text(),
  count: text({ numFmt: COUNT_FORMAT, alignment: right }),
  money: text({ numFmt: MONEY_FORMAT, alignment: right }),
  totalLabel: text({ font: { bold: true }, fill: filled(COLOURS.band) }),
  totalCount: text({ font: { bold: true }, fill: filled(COLOURS.band), numFmt: COUNT_FORMAT, alignment: right }),
  totalMoney: text({ font: { bold: true }, fill: filled(COLOURS.band), numFmt: MONEY_FORMAT, alignment: right }),
  good: text({ font: { bold: true, color: rgb(COLOURS.in) }, alignment: right }),
  bad: text({ font: { bold: true, color: rgb(COLOURS.out) }, alignment: right }),
  note: text({ font: { italic: true, color: rgb(COLOURS.quiet) } }),
  head: text({
    font: { bold: true, color: rgb(COLOURS.white) },
    fill: filled(COLOURS.head),
    alignment: { vertical: "center" },
  }),
  headRight: text({
    font: { bold: true, color: rgb(COLOURS.white) },
    fill: filled(COLOURS.head),
    alignment: { ...right, vertical: "center" },
  }),
} as const satisfies Readonly<Record<string, CellStyle>>;
export type StyleName = keyof typeof STYLES;
