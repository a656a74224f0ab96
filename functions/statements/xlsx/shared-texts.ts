/**
 * A workbook's table of texts, which its cells point into: Excel keeps every text once. A statement has millions, so they
 * lie packed in bytes, not as a million strings. What must stay true: memory is what the texts measure and little more,
 * and has a limit.
 */
import { Buffer } from "node:buffer";
import { StatementRefused } from "../statement-refused.ts";
import { readWholeXml } from "./xml.ts";

/** By number, as cells name them; null when there is none. */
export type SharedTexts = (index: number) => string | null;

const BLOCK_BYTES = 1_048_576;
const BLOCK_TEXTS = 65_536;
/** All texts together. A million rows of a statement come to about as much. */
const MOST_TEXT_BYTES = 160_000_000;
/** Of one text; a cell holds no more characters than a quarter of it. */
const MOST_CHARACTERS = 131_072;

const tooMuch = (): StatementRefused =>
  new StatementRefused(
    "too_large",
    "The workbook holds more text than can be read at once. Export the statement as CSV, or for fewer days at a time.",
  );

const createPacked = () => {
  const blocks: Buffer[] = [];
  /** Where each text begins, counted through all blocks. */
  const starts: Uint32Array[] = [];
  let texts = 0;
  let used = BLOCK_BYTES;
  return {
    add: (text: string): void => {
      const bytes = Buffer.byteLength(text);
      if (used + bytes + 4 > BLOCK_BYTES) {
        if ((blocks.length + 1) * BLOCK_BYTES > MOST_TEXT_BYTES) throw tooMuch();
        blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES));
        used = 0;
      }
      if (texts % BLOCK_TEXTS === 0) starts.push(new Uint32Array(BLOCK_TEXTS));
      const [block, places] = [blocks.at(-1), starts.at(-1)];
      if (!block || !places) return;
      places[texts % BLOCK_TEXTS] = (blocks.length - 1) * BLOCK_BYTES + used;
      block.writeUInt32LE(bytes, used);
      block.write(text, used + 4, "utf8");
      used += bytes + 4;
      texts += 1;
    },
    get: (index: number): string | null => {
      const start = index < texts ? starts[Math.floor(index / BLOCK_TEXTS)]?.[index % BLOCK_TEXTS] : undefined;
      if (start === undefined) return null;
      const block = blocks[Math.floor(start / BLOCK_BYTES)];
      const at = start % BLOCK_BYTES;
      return block ? block.toString("utf8", at + 4, at + 4 + block.readUInt32LE(at)) : null;
    },
  };
};

/** Reads the part that holds the texts. Rejects with StatementRefused. */
export const readSharedTexts = async (part: AsyncIterable<Uint8Array>): Promise<SharedTexts> => {
  const packed = createPacked();
  let text = "";
  let inText = false;
  /** Within the reading aids of Asian texts, which are not part of them. */
  let aside = false;
  await readWholeXml(part, {
    open: (name) => {
      if (name === "si") text = "";
      else if (name === "rPh") aside = true;
      else inText = name === "t" && !aside;
    },
    close: (name) => {
      if (name === "si") packed.add(text);
      else if (name === "rPh") aside = false;
      if (name === "t") inText = false;
    },
    text: (part_) => {
      if (!inText) return;
      text += part_;
      if (text.length > MOST_CHARACTERS) throw tooMuch();
    },
  });
  return packed.get;
};
