/** A history as a line of points, evenly spaced: filled where the state changed, red where a person had to look. */
import { findingWords, nairobiWords } from "./dossier-words.ts";
import { html } from "./html.ts";
import type { Html } from "./html.ts";
import type { TimelineEntry } from "./responses-timeline.ts";

const WIDTH = 640;
const EDGE = 56;
const ROW = 74;
const PER_ROW = 6;
/** More points than a page has room for; the list below the picture has them all. */
const MOST = 24;
const LONGEST = 22;

const shortened = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`);

const classOf = ({ exception, status }: TimelineEntry): string => {
  if (exception !== null) return "alert";
  return status === null ? "still" : "moved";
};

const point = (entry: TimelineEntry, index: number): Html => {
  const x = EDGE + ((WIDTH - 2 * EDGE) / (PER_ROW - 1)) * (index % PER_ROW);
  const y = 22 + ROW * Math.floor(index / PER_ROW);
  const [day = "", time = ""] = nairobiWords(entry.at).split(", ");
  return html`<circle class="${classOf(entry)}" cx="${x}" cy="${y}" r="5" /><text
      x="${x}"
      y="${y + 18}"
      text-anchor="middle"
      >${shortened(entry.status ?? entry.finding)}</text
    ><text class="when" x="${x}" y="${y + 29}" text-anchor="middle">${time}</text
    ><text class="when" x="${x}" y="${y + 39}" text-anchor="middle">${day}</text>`;
};

const rail = (row: number, points: number): Html => {
  const y = 22 + ROW * row;
  const end = EDGE + ((WIDTH - 2 * EDGE) / (PER_ROW - 1)) * (points - 1);
  return html`<line x1="${EDGE}" y1="${y}" x2="${end}" y2="${y}" />`;
};

/** The picture, with words for who can't see it. */
export const lifePicture = (entries: readonly TimelineEntry[]): Html => {
  const shown = entries.slice(0, MOST);
  const rows = Math.ceil(shown.length / PER_ROW);
  const rails = Array.from({ length: rows }, (_, row) => rail(row, Math.min(PER_ROW, shown.length - row * PER_ROW)));
  const label = shown.map((entry) => `${findingWords(entry)}, ${nairobiWords(entry.at)}`).join("; ");
  return html`<svg viewBox="0 0 ${WIDTH} ${rows * ROW}" role="img" aria-label="${label}">
    ${rails}${shown.map(point)}
  </svg>`;
};
