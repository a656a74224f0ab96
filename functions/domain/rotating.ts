/**
 * Secrets that rotate: the value in force and, while both are honoured, the one before it. What must stay true: a rotation
 * keeps the value that was in force as the one before, so nothing that was made under it dies by the rotation; what M-PESA
 * keeps for good goes by a value that no rotation changes.
 */
import * as z from "zod";
import { sha256Hex } from "./canonical-json.ts";

const Value = z.string().min(16);

export const Rotating = z.object({ current: Value, previous: Value.optional() });
export type Rotating = z.infer<typeof Rotating>;

/**
 * What signs addresses and client tokens. `lasting` is the first value there ever was, once there has been another; `next`
 * is the one that the next rotation puts in force, drawn by the rotation before.
 */
export const Signing = Rotating.extend({ lasting: Value.optional(), next: Value.optional() });
export type Signing = z.infer<typeof Signing>;

/**
 * The value that will sign after the next rotation. Everybody honours it beforehand, so that who looked at the secret minutes
 * ago already knows what was signed with the newest. Before the first rotation nobody has drawn one: it is made of the
 * value in force.
 */
export const upcomingOf = ({ next, current }: Signing): string => next ?? sha256Hex(`malipo/next-signing ${current}`);

/** Every value that may have signed what comes back. */
export const honouredOf = (signing: Signing): readonly string[] => {
  const { current, previous = current } = signing;
  return [current, upcomingOf(signing), previous];
};

/** The value for addresses that somebody outside keeps for good. */
export const lastingOf = ({ lasting, current }: Signing): string => lasting ?? current;

export const nextPepper = ({ current }: Rotating, fresh: string): Rotating => ({ current: fresh, previous: current });

/** `fresh` waits for the rotation after this one. */
export const nextSigning = (now: Signing, fresh: string): Signing => ({
  current: upcomingOf(now),
  previous: now.current,
  lasting: lastingOf(now),
  next: fresh,
});

/** Whether a rotation of `now` leads to `next`. */
export const follows = (next: Signing, now: Signing): boolean =>
  next.previous === now.current && next.current !== now.current && next.current !== now.previous;
