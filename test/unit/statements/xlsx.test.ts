import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { fixture, LIMITS, readWhole, refusal } from "./reading.ts";
import { parts, workbookOf, workbookOfCells, zip } from "./workbooks.ts";

const CLASSIC = fixture("classic.csv").toString("utf8");
const CURRENT = fixture("current.csv").toString("utf8");
const TITLES = ["Receipt No", "Completion Time", "Details", "Transaction Status", "Paid In", "Withdrawn", "Balance"];
const AT = Date.parse("2026-11-21T16:15:18+03:00");
/** What a sheet says of a moment: Nairobi's clock, as if it were UTC. */
const CLOCK = new Date("2026-11-21T16:15:18Z");
const DETAILS = "Pay Bill from 2547****111 - ALICE EXAMPLE Acc. alice";

const inline = (row: number, cells: readonly string[]): string =>
  `<row r="${row}">${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join("")}</row>`;
const sheet = (...rows: readonly string[]): string =>
  `<?xml version="1.0"?><worksheet><sheetData>${rows.join("")}</sheetData></worksheet>`;
const cells = ["TKM2000001", "21/11/2026 16:15:18", DETAILS, "Completed", "1,100.00", "0.00", "2,100.00"];
const plain = sheet(inline(1, TITLES), inline(2, cells));

describe("a workbook says what the same statement says as CSV", () => {
  it.each([
    ["classic", CLASSIC, "shared"],
    ["classic", CLASSIC, "inline"],
    ["current", CURRENT, "shared"],
    ["current", CURRENT, "inline"],
  ] as const)("the %s template, %#", async (...[, csv, mode]) => {
    const [workbook, text] = await Promise.all([workbookOf(csv, mode).then((file) => readWhole(file)), readWhole(csv)]);
    expect(workbook).toEqual({ ...text, format: "xlsx" });
  });

  it("in chunks of any size", async () => {
    const file = await workbookOf(CURRENT);
    const sizes = Array.from({ length: 200 }, (_, index) => index % 7);
    expect((await readWhole(file, { sizes })).lines).toEqual((await readWhole(file)).lines);
  });

  it("with the sizes behind its parts, as programs do that stream", async () => {
    expect((await readWhole(zip(parts(plain)))).lines).toMatchObject([{ row: 2, receipt: "TKM2000001" }]);
  });
});

describe("what a spreadsheet makes of cells is read", () => {
  it("numbers and dates that are none of texts any more", async () => {
    const { lines } = await readWhole(
      await workbookOfCells([
        [...TITLES],
        ["TKM2000001", CLOCK, DETAILS, "Completed", 1100.1 + 0.2, 0, null],
        ["TKM2000002", CLOCK, DETAILS, "Completed", null, -5, 0],
      ]),
    );
    expect(lines).toMatchObject([
      { completedAt: AT, amount: 110_030, balance: null },
      { completedAt: AT, amount: -500, balance: 0 },
    ]);
  });

  it("days that are counted from 1904", async () => {
    const serial = CLOCK.getTime() / 86_400_000 + 24_107;
    const dated = plain.replace(/<c t="inlineStr"><is><t>21.*?<\/c>/, `<c s="1"><v>${serial}</v></c>`);
    const file = parts(dated, {
      "xl/workbook.xml":
        '<workbook><workbookPr date1904="1"/><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>',
      "xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd\\-mm&quot; of &quot;yy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
    });
    expect((await readWhole(zip(file))).lines).toMatchObject([{ completedAt: AT }]);
  });

  it("a date among texts, which only a spreadsheet can have made, refuses the file", async () => {
    const file = await workbookOfCells([
      [...TITLES],
      [...cells],
      ["TKM2000002", CLOCK, DETAILS, "Completed", 5, 0, null],
    ]);
    expect((await refusal(file)).code).toBe("mixed_dates");
  });

  it("texts in pieces, entities, other prefixes and quotes, gaps between cells", async () => {
    const odd = `<x:worksheet xmlns:x="m"><!-- a > b --><x:sheetData>
      <x:row r='1'>${TITLES.map((title) => `<x:c t="str"><x:v>${title}</x:v></x:c>`).join("")}</x:row>
      <x:row r="5" a="1 > 0"><x:c r="A5" t="s"><x:v>1</x:v></x:c><x:c r="B5" t="str"><x:f>NOW()</x:f><x:v>21/11/2026 16:15:18</x:v></x:c>
      <x:c r="C5" t="inlineStr"><x:is><x:r><x:rPr><x:b/></x:rPr><x:t>Pay Bill from 2547****111 - A&amp;B &#x41;</x:t></x:r><x:r><x:t> Acc. <![CDATA[<7>]]></x:t></x:r><x:rPh><x:t>no</x:t></x:rPh></x:is></x:c>
      <x:c r="D5" t="s"><x:v>0</x:v></x:c><x:c r="E5"><x:v>11</x:v></x:c></x:row></x:sheetData></x:worksheet>`;
    const texts = "<sst><si><t>Comp</t><t>leted</t></si><si><t xml:space='preserve'>TKM2000001 </t></si></sst>";
    const { lines } = await readWhole(zip(parts(odd, { "xl/sharedStrings.xml": texts })));
    expect(lines).toMatchObject([
      { row: 5, receipt: "TKM2000001", status: "Completed", amount: 1_100, reference: "<7>", party: { name: "A&B A" } },
    ]);
  });
});

describe("a workbook that can't be used is refused", () => {
  const damagedParts: readonly [string, Record<string, string>][] = [
    ["a DOCTYPE", parts(plain.replace("<worksheet>", '<!DOCTYPE x [<!ENTITY a "aa">]><worksheet>'))],
    ["an entity of its own", parts(plain.replace("ALICE", "&alice;"))],
    ["a tag that never ends", parts(`${plain}<c ${"x".repeat(200_000)}`)],
    ["a row before the one before it", parts(sheet(inline(2, TITLES), inline(1, cells)))],
    ["a cell far to the right", parts(plain.replace("<c t", '<c r="ZZ1" t'))],
    ["a cell that is far too long", parts(plain.replace("alice", "a".repeat(100_000)))],
    ["no workbook in it", { "a.txt": "hello" }],
    ["relations that lead nowhere", parts(plain, { "_rels/.rels": "<Relationships/>" })],
    [
      "two sheets to see",
      parts(plain, { "xl/workbook.xml": '<sheets><sheet r:id="rId1"/><sheet r:id="rId1"/></sheets>' }),
    ],
  ];
  it.each(damagedParts)("with %s", async (_what, file) => {
    expect((await refusal(zip(file))).code).toBe("unreadable");
  });

  it("and a hidden sheet is no second one", async () => {
    const two = '<sheets><sheet state="hidden" r:id="rId2"/><sheet r:id="rId1"/></sheets>';
    expect((await readWhole(zip(parts(plain, { "xl/workbook.xml": two })))).lines).toHaveLength(1);
  });

  it("at whichever byte it is cut off", async () => {
    const file = zip(parts(plain));
    for (let bytes = 4; bytes < file.length; bytes += 13)
      expect((await refusal(file.subarray(0, bytes))).code).toBe("unreadable");
  });

  it("when it has more rows than its limit", async () => {
    const file = await workbookOf(CURRENT);
    expect((await refusal(file, { limits: { ...LIMITS, mostRows: 10 } })).code).toBe("too_many_rows");
  });

  it("when a small file unpacks to a very large one, before its memory is taken", async () => {
    const megabyte = Buffer.alloc(1_000_000, " ");
    const bomb = zip(parts(plain, { "xl/styles.xml": Buffer.concat(Array(12).fill(megabyte)).toString() }));
    expect(bomb.length).toBeLessThan(100_000);
    expect((await refusal(bomb)).code).toBe("too_large");
  });
});
