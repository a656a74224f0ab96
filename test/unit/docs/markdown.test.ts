import { describe, expect, it } from "vitest";
import { MarkerMistake, fill, table } from "../../../scripts/docs/markdown.ts";

const page = (name: string, content: string): string =>
  `# Page\n\n<!-- generated:${name} -->\n${content}\n<!-- /generated -->\n\nProse stays.\n`;

describe("a document with generated parts", () => {
  it("gets its part replaced and keeps its prose", () => {
    const filled = fill(page("codes", "\nold\n"), { codes: "new" });
    expect(filled).toContain("\nnew\n");
    expect(filled).not.toContain("old");
    expect(filled).toContain("Prose stays.");
  });

  it("stays as it is when it is filled a second time", () => {
    const once = fill(page("codes", ""), { codes: "| a |" });
    expect(fill(once, { codes: "| a |" })).toBe(once);
  });

  it("takes a part that looks like a replacement pattern as it is", () => {
    expect(fill(page("codes", ""), { codes: "costs $1 and $& more" })).toContain("costs $1 and $& more");
  });

  it.each([
    ["lacks a part", "# Page\n", { codes: "x" }],
    ["has a part that nobody generates", page("codes", ""), {}],
    ["has a part twice", page("codes", "") + page("codes", ""), { codes: "x" }],
    ["opens a part and never closes it", "<!-- generated:codes -->\ntext\n", { codes: "x" }],
    ["closes a part that was never opened", `${page("codes", "")}<!-- /generated -->\n`, { codes: "x" }],
  ])("is refused when it %s", (_what, text, parts) => {
    expect(() => fill(text, parts)).toThrow(MarkerMistake);
  });

  it("has tables whose cells may hold anything", () => {
    expect(table(["a"], [["one|two\nthree"]])).toBe("| a |\n| --- |\n| one\\|two three |");
  });
});
