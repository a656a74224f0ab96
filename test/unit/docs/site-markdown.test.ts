/** Documents as pages: what works on GitHub works here, and what does not is told when the site is built. */
import { describe, expect, it } from "vitest";
import { NotAPage, markdownPage } from "../../../web/docs/markdown.ts";

const PAGES: Readonly<Record<string, string>> = { "errors.md": "/docs/errors", "webhooks.md": "/docs/webhooks" };
const page = (text: string, file = "guide.md") =>
  markdownPage(`# Title\n\n${text}`, {
    file,
    pageOf: (target) => PAGES[target] ?? null,
    codePage: (code) => (code === "not_found" ? "/docs/errors/not_found" : null),
  });

describe("a document as a page", () => {
  it("takes its title from the first line, and lists its sections", () => {
    const made = page("## First `thing`\n\ntext\n\n## Second\n\n### Third");
    expect(made.title).toBe("Title");
    expect(made.sections).toEqual([
      { id: "first-thing", text: "First thing" },
      { id: "second", text: "Second" },
    ]);
    expect(made.html).not.toContain("<h1");
  });

  it("leads to the pages of other documents, places in them included", () => {
    expect(page("[how](webhooks.md#signatures)").html).toContain('<a href="/docs/webhooks#signatures">how</a>');
    expect(page("[up](../errors.md)", "adr/0001.md").html).toContain('<a href="/docs/errors">up</a>');
  });

  it("names what is no page, and does not link it", () => {
    const { html } = page("[why](adr/0002-one.md) and [how](../README.md)");
    expect(html).not.toContain("<a href");
    expect(html).toContain('title="In the repository: docs/adr/0002-one.md">why</span>');
    expect(html).toContain('title="In the repository: README.md">how</span>');
  });

  it("links a heading that is a code to the code's own page, and keeps its name for links", () => {
    expect(page("### not_found").html).toContain('<h3 id="not_found"><a href="/docs/errors/not_found">');
  });

  it("numbers headings of one name as GitHub does", () => {
    expect(page("## Same\n\n## Same").sections.map(({ id }) => id)).toEqual(["same", "same-1"]);
  });

  it("shows a drawing of moves as a table", () => {
    const { html } = page("```mermaid\nstateDiagram-v2\n    [*] --> initiated\n    initiated --> failed: refused\n```");
    expect(html).toContain("<tr><td>the beginning</td><td><code>initiated</code></td><td></td></tr>");
    expect(html).toContain("<tr><td><code>initiated</code></td><td><code>failed</code></td><td>refused</td></tr>");
  });

  it("shows every other block of code as it is written", () => {
    expect(page('```sh\ncurl -d \'{"a":"<b>"}\'\n```').html).toContain("{&quot;a&quot;:&quot;&lt;b&gt;&quot;}");
  });

  it("drops the marks around generated parts, and takes no other HTML", () => {
    expect(page("<!-- generated:x -->\n\ntext\n\n<!-- /generated -->").html.trim()).toBe("<p>text</p>");
    expect(() => page("<script>alert(1)</script>")).toThrow(NotAPage);
    expect(() => page('text <img src="x"> text')).toThrow(NotAPage);
  });

  it("refuses a document with two titles, or none", () => {
    expect(() => page("# Another")).toThrow(NotAPage);
    expect(() => markdownPage("text", { file: "x.md", pageOf: () => null, codePage: () => null })).toThrow(/one title/);
  });
});
