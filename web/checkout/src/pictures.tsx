/** The page's pictures: drawn, not loaded. All of them repeat what the words beside them say, so readers skip them. */
import type { ReactNode } from "react";

/** A phone with M-PESA's request on it, inside a box of 48 units. */
export const Phone = () => (
  <g className="phone">
    <rect x="15" y="7" width="18" height="34" rx="3.500" />
    <path d="M21.500 11h5" />
    <rect className="prompt" x="18" y="17" width="12" height="11" rx="1.500" />
    <path className="pin" d="M21 22.500h.01M24 22.500h.01M27 22.500h.01" />
  </g>
);

const RADIUS = 46;
const AROUND = 2 * Math.PI * RADIUS;

interface RingProps {
  /** How much of the time is left, 0 to 1; null: nobody knows, and it goes round. */
  readonly share: number | null;
  readonly children: ReactNode;
}

export const Ring = ({ share, children }: RingProps) => (
  <svg className={share === null ? "ring round" : "ring"} viewBox="0 0 100 100" aria-hidden="true" focusable="false">
    <circle className="track" cx="50" cy="50" r={RADIUS} />
    <circle
      className="left"
      cx="50"
      cy="50"
      r={RADIUS}
      strokeDasharray={AROUND}
      strokeDashoffset={AROUND * (1 - (share ?? 0.25))}
      transform="rotate(-90 50 50)"
    />
    <g transform="translate(18 18) scale(1.330)">{children}</g>
  </svg>
);
