/**
 * How fast we may call Daraja. What must stay true: all processes together never start more calls in a lane than its
 * rate allows, and a call that has no slot in time is not sent, or whose slot went by.
 */

/** Calls with a rate of their own, the most urgent first: when a lane is throttled, the ones after it slow too. */
export const LANES = ["stk", "query", "bulk"] as const;
export type Lane = (typeof LANES)[number];

/**
 * A turn that comes ahead of its moment, so that the caller can get ready, in a lane that learns how late its calls start.
 */
export interface Slot {
  /** When the request is to be written, epoch milliseconds. */
  readonly at: number;
  /**
   * Called once, when nothing is left but to write the request. Resolves at the slot's moment, or at once when that is
   * past, and takes note of how late it is. False: later than the lane's margin allows; nothing may be sent, and the
   * caller takes another turn.
   */
  start(): Promise<boolean>;
}

/** `too_late`: never in time. `go`: now, in a lane that hands out no slots ahead. */
export type Turn = "go" | "too_late" | Slot;

/** Permission to call. */
export interface Slots {
  /** Resolves when it is this caller's turn; with `too_late`, at once, when that would be after `deadline` (epoch ms). */
  take(lane: Lane, deadline: number): Promise<Turn>;
  /** Daraja throttled a call in this lane, or called itself busy: slow down. Speed comes back with time. */
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
  /**
   * How late after its slot a call may reach Daraja, whole milliseconds, as far as the processes have measured it. Absent
   * until one of them has measured enough: until then the lane's configured first guess holds.
   */
  readonly jitterMs?: number;
}

/** A stretch of a busy lane, `byMs` long and beginning between `from` and `to`, under the pace that was last seen. */
export interface Advance extends Pick<LanePace, "slowedAt" | "jitterMs"> {
  readonly byMs: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The items (one per shortcode and lane) through which processes share slots. Both methods are ONE conditional write
 * that returns the old item when the condition fails; neither reads first. They reject when the item can't be reached.
 */
export interface SlotItems {
  /**
   * Takes the next `byMs` milliseconds of a busy lane: `SET tat = tat + :byMs` under the condition
   * `slowedAt = :slowedAt AND jitterMs = :jitterMs AND tat BETWEEN :from AND :to`, where an absent `jitterMs` equals an
   * absent one. Any number of processes can do this at once without refusing each other. `pace` is the item after the
   * write when taken, as it stands when not (null: there is none).
   */
  advance(lane: Lane, request: Advance): Promise<{ readonly taken: boolean; readonly pace: LanePace | null }>;
  /**
   * Compare-and-swap: writes all of `next` if the item still has `expected`'s `tat` and `slowedAt` (null: if there is no item).
   * `pace` is `next` when swapped, the item as it stands when not.
   */
  swap(
    lane: Lane,
    change: { readonly expected: LanePace | null; readonly next: LanePace },
  ): Promise<{ readonly swapped: boolean; readonly pace: LanePace | null }>;
}
