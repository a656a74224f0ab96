/**
 * The few pieces of Markdown that generated documentation is made of. A document is prose by hand with parts by
 * machine, each between `<!-- generated:NAME -->` and `<!-- /generated -->`.
 */

/** A part that a document lacks or that nobody generates, or a marker that is not closed; the message says which. */
export class MarkerMistake extends Error {
  override readonly name = "MarkerMistake";
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** A table; texts are escaped, so they may hold anything. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

export const code = (text: string): string => `\`${text}\``;

const PART = /<!-- generated:([a-z-]+) -->\n[\s\S]*?<!-- \/generated -->/g;
const MARKER = /<!-- (?:generated:[a-z-]+|\/generated) -->/g;

/**
 * `text` with each part replaced by its newest form.
 * @throws MarkerMistake unless the document has each of `parts` exactly once, and no other.
 */
export const fill = (text: string, parts: Readonly<Record<string, string>>): string => {
  const seen: string[] = [];
  const filled = text.replaceAll(PART, (_part, name: string) => {
    const content = parts[name];
    if (content === undefined) throw new MarkerMistake(`nothing generates a part named ${name}`);
    seen.push(name);
    return `<!-- generated:${name} -->\n\n${content}\n\n<!-- /generated -->`;
  });
  const markers = text.match(MARKER)?.length ?? 0;
  if (markers !== 2 * seen.length) throw new MarkerMistake("a marker is not closed, or closes nothing");
  for (const name of Object.keys(parts)) {
    const times = seen.filter((other) => other === name).length;
    if (times !== 1) throw new MarkerMistake(`the part ${name} stands there ${times} times, and should once`);
  }
  return filled;
};
