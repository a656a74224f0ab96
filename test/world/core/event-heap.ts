/**
 * What is to happen, by when. What must stay true: events of one instant come out in the order in which they were put in,
 * so that nothing about a run depends on how the heap happens to lie.
 */

export interface Event {
  /** Virtual epoch milliseconds. */
  readonly at: number;
  /** Grows by one with every event. */
  readonly turn: number;
  readonly run: () => void;
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.turn < b.turn);

export const createEventHeap = () => {
  const heap: Event[] = [];

  const rise = (event: Event): void => {
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent];
      if (!above || !isBefore(event, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = event;
  };

  const sink = (event: Event): void => {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left && right && isBefore(right, left)) child += 1;
      const below = heap[child];
      if (!below || !isBefore(below, event)) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = event;
  };

  return {
    put: (event: Event): void => rise(event),
    /** The earliest event; undefined when there is none. */
    take(): Event | undefined {
      const first = heap[0];
      const last = heap.pop();
      if (last && heap.length > 0) sink(last);
      return first;
    },
    size: (): number => heap.length,
  };
};
