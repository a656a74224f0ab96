/**
 * How fast we may call Daraja. What must stay true: all processes together never start more calls in a lane than its
 * rate allows, and a call that has no slot in time is not sent.
 */

/** Calls with a rate of their own, the most urgent first: when a lane is throttled, the ones after it slow too. */
export const LANES = ["stk", "query", "bulk"] as const;
export type Lane = (typeof LANES)[number];

/** Permission to call. */
export interface Slots {
  /** `go` when it is this caller's turn; `too_late`, at once, when that would be after `deadline` (epoch ms). */
  take(lane: Lane, deadline: number): Promise<"go" | "too_late">;
  /** Daraja throttled a call in this lane: slow down. Speed comes back with time. */
  throttled(lane: Lane): Promise<void>;
}

/** One lane's pace as the shared item holds it. */
export interface LanePace {
  /** Theoretical arrival time: when the next free slot begins, epoch milliseconds (whole). */
  readonly tat: number;
  /** The share of the full rate that was left at `slowedAt`, in (0, 1]. It recovers with time. */
  readonly factor: number;
  /** When Daraja last throttled the lane, epoch milliseconds; 0 when never. */
  readonly slowedAt: number;
}

/**
 * The items (one per shortcode and lane) through which processes share slots. Both methods are ONE conditional write
 * that returns the old item when the condition fails; neither reads first. They reject when the item can't be reached.
 */
export interface SlotItems {
  /**
   * Takes the next `byMs` milliseconds of a busy lane: `SET tat = tat + :byMs` under the condition
   * `slowedAt = :slowedAt AND tat BETWEEN :from AND :to`. Any number of processes can do this at once without refusing
   * each other. `pace` is the item after the write when taken, as it stands when not (null: there is none).
   */
  advance(
    lane: Lane,
    request: { readonly byMs: number; readonly slowedAt: number; readonly from: number; readonly to: number },
  ): Promise<{ readonly taken: boolean; readonly pace: LanePace | null }>;
  /**
   * Compare-and-swap: writes `next` if the item still has `expected`'s `tat` and `slowedAt` (null: if there is no item).
   * `pace` is `next` when swapped, the item as it stands when not.
   */
  swap(
    lane: Lane,
    change: { readonly expected: LanePace | null; readonly next: LanePace },
  ): Promise<{ readonly swapped: boolean; readonly pace: LanePace | null }>;
}
