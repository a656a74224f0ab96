/**
 * The frame of every page of the documentation: head, contents, the page itself. Plain HTML that reads without script; what
 * script adds are buttons that copy.
 */
import { CHAPTERS } from "./guides.ts";
import { escapeHtml } from "./html.ts";
import type { Section } from "./markdown.ts";

/** The addresses of what every page is made of. */
export interface Assets {
  readonly style: string;
  readonly script: string;
  readonly icon: string;
}

export interface Page {
  readonly title: string;
  /** One line for search engines and link previews. */
  readonly description: string;
  /** Its own address, such as `/docs/webhooks`. */
  readonly address: string;
  /** Above the title: where this page stands. */
  readonly above?: string;
  /** The title as HTML, where it is more than text. */
  readonly heading?: string;
  readonly html: string;
  readonly sections?: readonly Section[];
}

/** Fewer than these need no list. */
const LEAST_SECTIONS = 3;

const entry = (address: string, name: string, current: string): string =>
  `<li><a href="${address}"${address === current ? ' aria-current="page"' : ""}>${escapeHtml(name)}</a></li>`;

const contents = (current: string): string => {
  const chapters = CHAPTERS.map(({ name, guides }) => {
    const entries = guides.map((guide) => entry(`/docs/${guide.slug}`, guide.name, current)).join("");
    return `<h2>${name}</h2><ul>${entries}</ul>`;
  });
  const reference = `<h2>Reference</h2><ul>${entry("/docs/api", "API reference", current)}</ul>`;
  return `<nav class="contents" id="contents" aria-label="Documentation">${chapters.join("")}${reference}</nav>`;
};

const onThisPage = (sections: readonly Section[] = []): string => {
  if (sections.length < LEAST_SECTIONS) return "";
  const entries = sections.map(({ id, text }) => `<li><a href="#${id}">${escapeHtml(text)}</a></li>`).join("");
  return `<nav class="sections" aria-label="On this page"><ul>${entries}</ul></nav>`;
};

/** What stands in the head of every page. */
export const head = (
  { title, description }: Pick<Page, "title" | "description">,
  assets: Assets,
): string => `<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <meta name="color-scheme" content="light dark" />
    <meta name="description" content="${escapeHtml(description)}" />
    <title>${escapeHtml(title)} · Malipo</title>
    <link rel="icon" href="${assets.icon}" type="image/svg+xml" />`;

/** A whole page. */
export const shell = (page: Page, assets: Assets): string => `<!doctype html>
<html lang="en">
  <head>
    ${head(page, assets)}
    <link rel="stylesheet" href="${assets.style}" />
    <script type="module" src="${assets.script}"></script>
  </head>
  <body>
    <a class="skip" href="#page">To the page</a>
    <header class="top">
      <a class="name" href="/docs"${page.address === "/docs" ? ' aria-current="page"' : ""}><img src="${assets.icon}" alt="" width="28" height="28" />Malipo</a>
      <a class="to-contents" href="#contents">Contents</a>
      <a class="to-reference" href="/docs/api">API reference</a>
    </header>
    <div class="sheet">
      <main id="page" tabindex="-1">
        ${page.above === undefined ? "" : `<p class="above">${page.above}</p>`}
        <h1>${page.heading ?? escapeHtml(page.title)}</h1>
        ${onThisPage(page.sections)}
        ${page.html}
      </main>
      ${contents(page.address)}
    </div>
    <p class="copied" role="status"></p>
  </body>
</html>
`;
