/** Colours, where somebody sees them: on a terminal, unless `NO_COLOR` says otherwise (https://no-color.org). */
import { styleText } from "node:util";

export type Style = "bold" | "dim" | "green" | "red" | "yellow";
export type Paint = (style: Style, text: string) => string;

/** For a pipe or a file. */
export const plain: Paint = (_style, text) => text;

export const paintFor = (
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Paint => {
  const noColour = environment["NO_COLOR"];
  const isSeen = stream.isTTY === true && (noColour === undefined || noColour === "");
  return isSeen ? (style, text) => styleText(style, text, { validateStream: false }) : plain;
};

/** Whole shillings, as people write them. */
export const shillings = (amount: number): string => `KES ${amount.toLocaleString("en-KE")}`;

/** Good news green, bad news red, what goes on yellow. */
export const paintStatus = (paint: Paint, status: string): string => {
  if (["succeeded", "completed"].includes(status)) return paint("green", status);
  return ["failed", "rejected", "reversed"].includes(status) ? paint("red", status) : paint("yellow", status);
};

/** The time of day on this machine. */
export const timeOfDay = (epochMs: number): string => new Date(epochMs).toTimeString().slice(0, 8);
