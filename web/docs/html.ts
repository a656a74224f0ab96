/** Text as HTML. What must stay true: nothing that was not written as markup here becomes markup. */

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** For an element's text and for an attribute in double quotes. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);

/** Words with `code` in backticks, as the tables of codes have them. */
export const inline = (text: string): string =>
  escapeHtml(text).replaceAll(/`([^`]+)`/g, (_all, code: string) => `<code>${code}</code>`);

/** A block of code. It can be scrolled, so the keyboard reaches it. */
export const codeBlock = (text: string, language = ""): string =>
  `<pre tabindex="0"${language === "" ? "" : ` data-language="${escapeHtml(language)}"`}><code>${escapeHtml(text)}</code></pre>`;

/** The name of a heading in an address, as GitHub forms it, so that one link works in both places. */
export const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .trim()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
