/**
 * What has to be known of a workbook before its sheet can be read: where the sheet is, which of its numbers are dates,
 * and from which year it counts days. What must stay true: a workbook with more than one sheet to see is refused, because
 * reading one of them would leave the others out in silence.
 */
import { StatementRefused } from "../statement-refused.ts";
import { attributeOf, readWholeXml } from "./xml.ts";
import { damaged } from "./zip.ts";
import type { Archive } from "./zip.ts";

export interface Workbook {
  readonly sheet: string;
  readonly sharedTexts: string | null;
  /** For each style of a cell whether it shows its number as a date. */
  readonly dateStyles: readonly boolean[];
  /** Days are counted from 1904, as old Macs do. */
  readonly from1904: boolean;
}

/** Of a part that is not the sheet and not its texts. */
const MOST_PART_BYTES = 8_000_000;
const MOST_STYLES = 65_536;

interface Relation {
  readonly type: string;
  readonly target: string;
}

/** What the parts beside `part` are, by the ids that it calls them by. */
const relationsOf = async (archive: Archive, part: string): Promise<ReadonlyMap<string, Relation>> => {
  const slash = part.lastIndexOf("/") + 1;
  const folder = part.slice(0, slash);
  const relations = new Map<string, Relation>();
  await readWholeXml(archive.unpack(`${folder}_rels/${part.slice(slash)}.rels`, MOST_PART_BYTES), {
    open: (name, attributes) => {
      if (name !== "Relationship") return;
      const target = attributeOf(attributes, "Target") ?? "";
      relations.set(attributeOf(attributes, "Id") ?? "", {
        type: (attributeOf(attributes, "Type") ?? "").replace(/^.*\//, ""),
        target: target.startsWith("/") ? target.slice(1) : folder + target.replace(/^\.\//, ""),
      });
    },
    close: () => undefined,
    text: () => undefined,
  });
  return relations;
};

const BUILT_IN_DATES: readonly (readonly [from: number, to: number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];
const isDateCode = (code: string): boolean => /[dmyhs]/i.test(code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ""));

const readDateStyles = async (archive: Archive, part: string): Promise<readonly boolean[]> => {
  const own = new Map<number, boolean>();
  const styles: boolean[] = [];
  let inCellStyles = false;
  await readWholeXml(archive.unpack(part, MOST_PART_BYTES), {
    open: (name, attributes) => {
      if (name === "cellXfs") inCellStyles = true;
      const format = Number(attributeOf(attributes, "numFmtId") ?? 0);
      if (name === "numFmt") own.set(format, isDateCode(attributeOf(attributes, "formatCode") ?? ""));
      if (name !== "xf" || !inCellStyles) return;
      if (styles.length >= MOST_STYLES) throw damaged();
      styles.push(own.get(format) ?? BUILT_IN_DATES.some(([from, to]) => from <= format && format <= to));
    },
    close: (name) => {
      if (name === "cellXfs") inCellStyles = false;
    },
    text: () => undefined,
  });
  return styles;
};

/** Reads a workbook's small parts. Rejects with StatementRefused. */
export const readWorkbook = async (archive: Archive): Promise<Workbook> => {
  const byType = (relations: ReadonlyMap<string, Relation>, type: string): string | null =>
    [...relations.values()].find((relation) => relation.type === type)?.target ?? null;
  const main = byType(await relationsOf(archive, ""), "officeDocument");
  if (main === null) throw damaged();
  const relations = await relationsOf(archive, main);
  const visible: (string | null)[] = [];
  let from1904 = false;
  await readWholeXml(archive.unpack(main, MOST_PART_BYTES), {
    open: (name, attributes) => {
      if (name === "workbookPr") from1904 = /^(?:1|true)$/.test(attributeOf(attributes, "date1904") ?? "");
      if (name !== "sheet" || (attributeOf(attributes, "state") ?? "visible") !== "visible") return;
      visible.push(attributeOf(attributes, "id"));
    },
    close: () => undefined,
    text: () => undefined,
  });
  if (visible.length > 1)
    throw new StatementRefused(
      "unreadable",
      `The workbook has ${visible.length} sheets. Send the statement as a workbook of its own, as the portal exports it.`,
    );
  const sheet = relations.get(visible[0] ?? "")?.target;
  if (sheet === undefined || !archive.has(sheet)) throw damaged();
  const styles = byType(relations, "styles");
  return {
    sheet,
    sharedTexts: byType(relations, "sharedStrings"),
    dateStyles: styles === null ? [] : await readDateStyles(archive, styles),
    from1904,
  };
};
