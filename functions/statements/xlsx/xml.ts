/**
 * The XML of a workbook's parts, as it streams by: tags and texts, nothing kept. It reads what programs write into
 * workbooks and no more. What must stay true: what waits for its end is bounded, and a document that declares anything of
 * its own (a DOCTYPE, an entity) is refused, so that no text can grow by being read.
 */
import { TextDecoder } from "node:util";
import { damaged } from "./zip.ts";

export interface XmlHandler {
  /** `name` is without its namespace's prefix; `attributes` is their text as it stands. */
  readonly open: (name: string, attributes: string) => void;
  readonly close: (name: string) => void;
  /** Part of a text: what belongs together may come in several. */
  readonly text: (text: string) => void;
}

/** Characters that may wait for the end of a tag. */
const MOST_WAITING = 65_536;
const LONGEST_ENTITY = 12;
const ENTITY = /&([^;&]*);?/g;
const NAMED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

const NUMBERED = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/;

const characterOf = (entity: string): string => {
  const named = NAMED.get(entity);
  if (named !== undefined) return named;
  const [, hexadecimal, decimal] = NUMBERED.exec(entity) ?? [];
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
  // Not a number either, when the entity has none.
  if (!(code <= 0x10ffff)) throw damaged();
  return String.fromCodePoint(code);
};

const decoded = (text: string): string =>
  text.includes("&") ? text.replace(ENTITY, (_whole, entity: string) => characterOf(entity)) : text;

const ATTRIBUTE = /(?:^|\s)(?:[\w-]+:)?([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** The value of an attribute, by its name without a prefix; null when there is none. */
export const attributeOf = (attributes: string, wanted: string): string | null => {
  // The way in which it is nearly always written; a sheet has millions.
  const usual = ` ${wanted}="`;
  const at = attributes.indexOf(usual);
  if (at !== -1) return decoded(attributes.slice(at + usual.length, attributes.indexOf('"', at + usual.length)));
  if (!attributes.includes(`${wanted}=`) && !attributes.includes(`${wanted} `)) return null;
  for (const [, name, double, single] of attributes.matchAll(ATTRIBUTE))
    if (name === wanted) return decoded(double ?? single ?? "");
  return null;
};

const local = (name: string): string => name.slice(name.indexOf(":") + 1);

/** Where the tag whose inside begins at `from` ends; -1 when its end is not there yet. A `>` in quotes is none. */
const endOfTag = (xml: string, from: number): number => {
  let quote = "";
  for (let at = from; at < xml.length; at += 1) {
    const character = xml.charAt(at);
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === ">") return at;
    else if (character === '"' || character === "'") quote = character;
  }
  return -1;
};

const readTag = (tag: string, handler: XmlHandler): void => {
  if (tag.startsWith("/")) {
    handler.close(local(tag.slice(1).trim()));
    return;
  }
  const empty = tag.endsWith("/");
  const inner = empty ? tag.slice(0, -1) : tag;
  const space = inner.search(/\s/);
  const name = local(space === -1 ? inner : inner.slice(0, space));
  handler.open(name, space === -1 ? "" : inner.slice(space));
  if (empty) handler.close(name);
};

/** What is neither a tag nor a text: how it begins and ends, and whether its inside is text. */
const SPECIAL = [
  { begin: "<!--", end: "-->", isText: false },
  { begin: "<![CDATA[", end: "]]>", isText: true },
  { begin: "<?", end: "?>", isText: false },
] as const;

/** Reads what is complete of `xml` from `from`; returns where the rest begins, which is at most one piece. */
const readPieces = (xml: string, handler: XmlHandler): number => {
  let at = 0;
  while (at < xml.length) {
    if (xml[at] !== "<") {
      const next = xml.indexOf("<", at);
      const until = next === -1 ? xml.length : next;
      const entity = next === -1 ? xml.lastIndexOf("&") : -1;
      const cut = entity >= at && until - entity < LONGEST_ENTITY && !xml.includes(";", entity) ? entity : until;
      if (cut > at) handler.text(decoded(xml.slice(at, cut)));
      at = cut;
      if (next === -1) return at;
      continue;
    }
    if (xml[at + 1] === "!" || xml[at + 1] === "?") {
      const special = SPECIAL.find(({ begin }) => xml.startsWith(begin, at));
      if (!special) {
        if (SPECIAL.some(({ begin }) => begin.startsWith(xml.slice(at)))) return at;
        throw damaged();
      }
      const end = xml.indexOf(special.end, at + special.begin.length);
      if (end === -1) return at;
      if (special.isText) handler.text(xml.slice(at + special.begin.length, end));
      at = end + special.end.length;
      continue;
    }
    const end = endOfTag(xml, at + 1);
    if (end === -1) return at;
    readTag(xml.slice(at + 1, end), handler);
    at = end + 1;
  }
  return at;
};

/** Feeds a part to `handler`; what comes of each piece of it can be taken between two of the returned turns. */
export async function* readXml(
  pieces: AsyncIterable<Uint8Array>,
  handler: XmlHandler,
): AsyncGenerator<void, void, undefined> {
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  for await (const piece of pieces) {
    const xml = rest + decoder.decode(piece, { stream: true });
    rest = xml.slice(readPieces(xml, handler));
    if (rest.length > MOST_WAITING) throw damaged();
    yield;
  }
  const xml = rest + decoder.decode();
  if (xml.slice(readPieces(xml, handler)).trim() !== "") throw damaged();
  yield;
}

/** Feeds a whole part to `handler`. */
export const readWholeXml = async (pieces: AsyncIterable<Uint8Array>, handler: XmlHandler): Promise<void> => {
  const turns = readXml(pieces, handler);
  while ((await turns.next()).done !== true);
};
