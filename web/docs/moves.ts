/**
 * A drawing of moves as a table. The documents draw with Mermaid, which GitHub turns into a picture by script; here no such
 * script runs, and a table of the same arrows is read by everybody, a screen reader included.
 */
import { escapeHtml } from "./html.ts";

const ARROW = /^\s*(\[\*\]|\w+) --> (\[\*\]|\w+)(?:: (.+))?$/;

interface Move {
  readonly from: string;
  readonly to: string;
  readonly by: string;
}

const moveOf = (line: string): Move | null => {
  const [, from, to, by = ""] = ARROW.exec(line) ?? [];
  return from === undefined || to === undefined ? null : { from, to, by };
};

const state = (name: string, atStart: boolean): string =>
  name === "[*]" ? (atStart ? "the beginning" : "the end") : `<code>${escapeHtml(name)}</code>`;

const row = ({ from, to, by }: Move): string =>
  `<tr><td>${state(from, true)}</td><td>${state(to, false)}</td><td>${escapeHtml(by)}</td></tr>`;

/** The table of a state diagram's arrows; null for a drawing of anything else. */
export const movesTable = (mermaid: string): string | null => {
  if (!mermaid.startsWith("stateDiagram")) return null;
  const moves = mermaid
    .split("\n")
    .map(moveOf)
    .filter((move) => move !== null);
  const head = '<tr><th scope="col">From</th><th scope="col">To</th><th scope="col">What moves it</th></tr>';
  return `<table><thead>${head}</thead><tbody>${moves.map(row).join("")}</tbody></table>`;
};
