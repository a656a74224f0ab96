/**
 * A standard queue may deliver a message again though it was done, later and in other company. Here every message is:
 * what was delivered is kept for a moment and then put into new batches, each from as many of the first ones as there are.
 */
import type { QueueRecord } from "./queue-record.ts";

/** A record that was delivered once, and whether the function did it then. */
export type Delivered = { readonly record: QueueRecord; readonly done: boolean };

export type SecondTime = {
  /** Keeps them; they come to `deliver` within a moment. */
  add(delivered: readonly Delivered[]): void;
};

export type SecondTimeOptions = {
  readonly batchSize: number;
  readonly deliver: (batch: readonly Delivered[]) => void;
  /** How long a moment is. */
  readonly wait: () => Promise<void>;
};

export const createSecondTime = ({ batchSize, deliver, wait }: SecondTimeOptions): SecondTime => {
  const kept: Delivered[] = [];
  return {
    add(delivered) {
      const isFirst = kept.length === 0;
      kept.push(...delivered);
      if (isFirst && kept.length > 0) void wait().then(() => dealt(kept.splice(0), batchSize).forEach(deliver));
    },
  };
};

/** As cards are dealt: neighbours part. */
const dealt = (cards: readonly Delivered[], most: number): Delivered[][] => {
  const hands = Math.ceil(cards.length / most);
  return Array.from({ length: hands }, (_unused, hand) => cards.filter((_card, index) => index % hands === hand));
};
