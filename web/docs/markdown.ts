/**
 * A document of docs/ as HTML. What must stay true: the same text works on GitHub and here, so addresses among documents
 * become addresses of pages; what is no page is named and not linked; nothing but Markdown passes.
 */
import path from "node:path";
import { Marked } from "marked";
import type { Tokens } from "marked";
import { codeBlock, escapeHtml, slugOf } from "./html.ts";
import { movesTable } from "./moves.ts";

export interface Section {
  readonly id: string;
  readonly text: string;
}

export interface MarkdownPage {
  /** The one first-level heading. */
  readonly title: string;
  /** All below the title. */
  readonly html: string;
  /** The second-level headings. */
  readonly sections: readonly Section[];
}

export interface MarkdownPlace {
  /** Below docs/, such as `errors.md`. */
  readonly file: string;
  /** The address of the page that is made from a file below docs/; null for one that is no page. */
  readonly pageOf: (file: string) => string | null;
  /** The address of a heading's own page, for headings that are codes. */
  readonly codePage: (code: string) => string | null;
}

/** A document that can't become a page; the message says why. */
export class NotAPage extends Error {
  override readonly name = "NotAPage";
}

const COMMENT = /^(?:\s*<!--[\s\S]*?-->)+\s*$/;
const ELSEWHERE = /^[a-z][a-z0-9+.-]*:/i;

/** Wide tables scroll by themselves, so that the page does not. */
const scrolling = (table: string): string => `<div class="scroll" tabindex="0">${table}</div>`;

const linkTo = (place: MarkdownPlace, href: string, text: string): string => {
  if (ELSEWHERE.test(href)) return `<a href="${escapeHtml(href)}" rel="noreferrer">${text}</a>`;
  if (href.startsWith("#")) return `<a href="${escapeHtml(href)}">${text}</a>`;
  const [target = "", section] = href.split("#");
  const file = path.posix.join(path.posix.dirname(place.file), target);
  const page = place.pageOf(file);
  if (page === null) {
    const where = path.posix.join("docs", file);
    return `<span class="in-repository" title="In the repository: ${escapeHtml(where)}">${text}</span>`;
  }
  return `<a href="${page}${section === undefined ? "" : `#${escapeHtml(section)}`}">${text}</a>`;
};

/** Ids of headings as GitHub gives them: the second of the same name gets a number. */
const headingIds = (): ((text: string) => string) => {
  const seen = new Map<string, number>();
  return (text) => {
    const slug = slugOf(text);
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  };
};

const plainText = (tokens: readonly Tokens.Generic[]): string =>
  tokens
    .map((token) => (token.tokens === undefined ? String(token["text"] ?? token.raw) : plainText(token.tokens)))
    .join("");

/** Makes a page. @throws NotAPage when the document has no title, or more than Markdown in it. */
export const markdownPage = (text: string, place: MarkdownPlace): MarkdownPage => {
  const idOf = headingIds();
  const sections: Section[] = [];
  const titles: string[] = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const plain = plainText(tokens);
        const inner = this.parser.parseInline(tokens);
        if (depth === 1) {
          titles.push(plain);
          return "";
        }
        const id = idOf(plain);
        if (depth === 2) sections.push({ id, text: plain });
        const page = place.codePage(plain);
        const named = page === null ? inner : `<a href="${page}"><code>${inner}</code></a>`;
        const anchor = `<a class="anchor" href="#${id}" aria-label="Link to: ${escapeHtml(plain)}">#</a>`;
        return `<h${depth} id="${id}">${named} ${anchor}</h${depth}>\n`;
      },
      code({ text: source, lang = "" }) {
        const table = lang === "mermaid" ? movesTable(source) : null;
        return `${table === null ? codeBlock(source, lang) : scrolling(table)}\n`;
      },
      table({ header, rows }) {
        const cell = (tag: "td" | 'th scope="col"', tokens: Tokens.TableCell["tokens"]): string =>
          `<${tag}>${this.parser.parseInline(tokens)}</${tag.slice(0, 2)}>`;
        const title = ({ text: words, tokens }: Tokens.TableCell): string =>
          words === "" ? "<td></td>" : cell('th scope="col"', tokens);
        const head = header.map(title).join("");
        const body = rows.map((cells) => `<tr>${cells.map(({ tokens }) => cell("td", tokens)).join("")}</tr>`).join("");
        return scrolling(`<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`);
      },
      link({ href, tokens }) {
        return linkTo(place, href, this.parser.parseInline(tokens));
      },
      html({ text: raw }) {
        if (COMMENT.test(raw)) return "";
        throw new NotAPage(`docs/${place.file} has HTML in it, which no page takes: ${raw.trim().slice(0, 80)}`);
      },
      checkbox() {
        return '<span class="box" aria-hidden="true">☐</span> ';
      },
      image({ href }) {
        throw new NotAPage(`docs/${place.file} shows a picture, which no page has yet: ${href}`);
      },
    },
  });
  const html = marked.parse(text, { async: false });
  const [title, ...more] = titles;
  if (title === undefined || more.length > 0) throw new NotAPage(`docs/${place.file} needs one title, a line "# ..."`);
  return { title, html, sections };
};
