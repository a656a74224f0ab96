/** A payment's way as a picture: who tells whom, in which order. Drawn for 360 pixels; its colours are the page's. */

const LANES = { shop: 48, malipo: 180, mpesa: 312 } as const;
type Lane = keyof typeof LANES;

const TOP = 58;
const STEP = 54;
/** Half of what a lane's name takes. */
const HALF = 46;
/** What a letter takes, at 12 pixels and a little more. */
const LETTER = 6.6;

interface Step {
  readonly from: Lane;
  /** Equal to `from`: something that happens there. */
  readonly to: Lane;
  readonly words: string;
  readonly kind: "" | "quiet" | "paid";
}

const STEPS: readonly Step[] = [
  { from: "shop", to: "malipo", words: "POST /v1/payments", kind: "" },
  { from: "malipo", to: "malipo", words: "written down first", kind: "" },
  { from: "malipo", to: "mpesa", words: "ring this phone", kind: "" },
  { from: "malipo", to: "shop", words: "201, pending", kind: "quiet" },
  { from: "mpesa", to: "mpesa", words: "PIN", kind: "" },
  { from: "mpesa", to: "malipo", words: "callback, or we ask", kind: "paid" },
  { from: "malipo", to: "shop", words: "payment.succeeded", kind: "paid" },
];

const STORY =
  "Your shop asks Malipo for a payment. Malipo writes it down, then has M-PESA ring the phone, and answers: pending. The customer types the PIN. M-PESA calls Malipo back, or Malipo asks. Malipo tells your shop that the payment succeeded.";

const HEIGHT = TOP + STEP * STEPS.length + 16;

const lane = (name: Lane, words: string): string => {
  const x = LANES[name];
  return `<rect class="lane" x="${x - HALF}" y="8" width="${2 * HALF}" height="30" rx="8"/><text class="lane-name" x="${x}" y="28">${words}</text><line class="life" x1="${x}" y1="38" x2="${x}" y2="${HEIGHT - 8}"/>`;
};

const note = (x: number, y: number, words: string): string => {
  const half = Math.max(30, (words.length * LETTER + 12) / 2);
  return `<g class="step note"><rect x="${x - half}" y="${y - 17}" width="${2 * half}" height="26" rx="6"/><text x="${x}" y="${y}">${words}</text></g>`;
};

const drawn = ({ from, to, words, kind }: Step, index: number): string => {
  const y = TOP + STEP * index + 24;
  const [start, end] = [LANES[from], LANES[to]];
  if (from === to) return note(start, y, words);
  const direction = Math.sign(end - start);
  const tip = end - 3 * direction;
  const neck = tip - 7 * direction;
  return `<g class="step ${kind}"><text x="${(start + end) / 2}" y="${y - 8}">${words}</text><line x1="${start}" y1="${y}" x2="${neck}" y2="${y}"/><path d="M${tip} ${y} L${neck} ${y - 4.5} L${neck} ${y + 4.5} Z"/></g>`;
};

/** The picture, as SVG to stand in a page. */
export const picture =
  (): string => `<svg class="way" viewBox="0 0 360 ${HEIGHT}" role="img" aria-labelledby="way-title way-story">
<title id="way-title">A payment's way</title><desc id="way-story">${STORY}</desc>
${lane("shop", "Your shop")}${lane("malipo", "Malipo")}${lane("mpesa", "M-PESA")}
${STEPS.map(drawn).join("\n")}
</svg>`;
