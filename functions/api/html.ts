/** HTML in which nothing that came from outside can become markup: what is put in is escaped, unless it is HTML already. */

/** Made by `html` alone. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | null | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");

const isList = (part: Part): part is readonly Html[] => Array.isArray(part);

const written = (part: Part): string => {
  if (part === null) return "";
  if (isList(part)) return part.map((one) => one.html).join("");
  return typeof part === "object" ? part.html : escaped(String(part));
};

/** A piece of HTML; null leaves nothing, a list is put in one after the other. */
export const html = (pieces: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: pieces.map((piece, index) => piece + (index < parts.length ? written(parts[index] ?? null) : "")).join(""),
});
