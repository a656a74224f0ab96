/**
 * One standard queue of SQS: unordered, at least once. What must stay true: a message that was taken comes back when its
 * hiding ends unless it was deleted under its latest receipt; what was taken too often is a dead letter and comes no more.
 */
import type { Chance } from "../core/prng.ts";
import type { VirtualTime } from "../core/virtual-time.ts";

/** How the queue behaves, in [0, 1] and milliseconds. */
export interface QueueHabits {
  /** How often a message that was handed out is handed to somebody else as well. */
  readonly twice: number;
  /** How much later than it was to be a message may show. */
  readonly longestDelayMs: number;
}

export interface LineParts {
  readonly name: string;
  /** How long a message stays hidden from others once it was handed out. */
  readonly hiddenMs: number;
  /** After so many times a message is given up. */
  readonly maxReceives: number;
  readonly time: Pick<VirtualTime, "now" | "after">;
  readonly chance: Chance;
  readonly habits: () => QueueHabits;
  readonly note: (what: string) => void;
}

interface Message {
  readonly id: string;
  readonly body: string;
  receives: number;
  visibleAt: number;
  /** The receipt that was handed out last; an older one deletes nothing. */
  receipt: string | null;
}

/** A message as it was handed out. */
export interface Taken {
  readonly id: string;
  readonly body: string;
  readonly receipt: string;
  readonly receives: number;
}

/** The second of two who are handed one message gets it within this time. */
const TWICE_WITHIN_MS = 2_000;

export type WaitingLine = ReturnType<typeof createWaitingLine>;

export const createWaitingLine = (parts: LineParts) => {
  const { name, time, chance, habits, note } = parts;
  const messages = new Map<string, Message>();
  const dead: string[] = [];
  const listeners: (() => void)[] = [];
  let made = 0;

  const showIn = (message: Message, ms: number): void => {
    const late = ms + chance.next() * habits().longestDelayMs;
    message.visibleAt = time.now() + Math.round(late);
    time.after(late, () => {
      if (messages.has(message.id) && message.visibleAt <= time.now()) for (const listen of listeners) listen();
    });
  };

  const take = (message: Message): Taken | null => {
    message.receives += 1;
    if (message.receives > parts.maxReceives) {
      messages.delete(message.id);
      dead.push(message.body);
      note(`${name} gave a message up`);
      return null;
    }
    made += 1;
    message.receipt = `r${made}`;
    const isTwice = chance.happens(habits().twice);
    if (isTwice) note(`${name} hands a message out twice`);
    showIn(message, isTwice ? chance.next() * TWICE_WITHIN_MS : parts.hiddenMs);
    return { id: message.id, body: message.body, receipt: message.receipt, receives: message.receives };
  };

  const heldBy = (receipt: string): Message | undefined =>
    [...messages.values()].find((message) => message.receipt === receipt);

  return {
    name,
    put(body: string, delayMs: number): void {
      made += 1;
      const message: Message = { id: `m${made}`, body, receives: 0, visibleAt: 0, receipt: null };
      messages.set(message.id, message);
      showIn(message, delayMs);
    },
    /** Hands out at most `most` messages, in an order that follows from nothing. */
    receive(most: number): readonly Taken[] {
      const visible = [...messages.values()].filter(({ visibleAt }) => visibleAt <= time.now());
      const drawn: Taken[] = [];
      while (visible.length > 0 && drawn.length < most) {
        const [message] = visible.splice(chance.between(0, visible.length - 1), 1);
        const taken = message ? take(message) : null;
        if (taken) drawn.push(taken);
      }
      return drawn;
    },
    /** Deletes a message under its latest receipt; an older one does nothing. */
    delete(receipt: string): void {
      const message = heldBy(receipt);
      if (message) messages.delete(message.id);
    },
    /** Shows a message again in `ms`; false when nobody holds it under this receipt. */
    show(receipt: string, ms: number): boolean {
      const message = heldBy(receipt);
      if (message) showIn(message, ms);
      return message !== undefined;
    },
    /** Calls `listener` whenever a message shows. */
    whenVisible: (listener: () => void): void => void listeners.push(listener),
    /** Bodies of the messages that are neither deleted nor given up. */
    waiting: (): readonly string[] => [...messages.values()].map(({ body }) => body),
    /** Bodies of those that were given up. */
    dead: (): readonly string[] => dead,
  };
};
