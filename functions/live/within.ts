/** Waiting with an end. What must stay true: the caller goes on in time, whatever becomes of what it waited for. */

/** Runs something after so many milliseconds, once; gives what calls it off. */
export type Later = (run: () => void, ms: number) => () => void;

/** It took longer than it may. Whether it was done is not known. */
class TookTooLong extends Error {
  override readonly name = "TookTooLong";
}

/** Settles as `work` does, or rejects with `TookTooLong` after `ms` milliseconds. */
export const within = <T>(later: Later, ms: number, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const callOff = later(() => reject(new TookTooLong(`no answer within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(callOff);
  });
