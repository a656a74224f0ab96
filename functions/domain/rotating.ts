/**
 * Secrets that rotate: the value in force and, while both are honoured, the one before it. What must stay true: a rotation
 * keeps the value that was in force as the one before, so nothing that was made under it dies by the rotation; what M-PESA
 * keeps for good goes by a value that no rotation changes.
 */
import * as z from "zod";

const Value = z.string().min(16);

export const Rotating = z.object({ current: Value, previous: Value.optional() });
export type Rotating = z.infer<typeof Rotating>;

/** What signs addresses and client tokens. `lasting` is the first value there ever was, once there has been another. */
export const Signing = Rotating.extend({ lasting: Value.optional() });
export type Signing = z.infer<typeof Signing>;

/** The value for addresses that somebody outside keeps for good. */
export const lastingOf = ({ lasting, current }: Signing): string => lasting ?? current;

export const nextPepper = ({ current }: Rotating, fresh: string): Rotating => ({ current: fresh, previous: current });

export const nextSigning = (now: Signing, fresh: string): Signing => ({
  current: fresh,
  previous: now.current,
  lasting: lastingOf(now),
});

/** Whether a rotation of `now` leads to `next`. */
export const follows = (next: Signing, now: Signing): boolean =>
  next.previous === now.current && next.current !== now.current && next.current !== now.previous;
