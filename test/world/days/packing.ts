/**
 * Workbooks are packed by streams of the web that do their work in the machine's own threads, which keep no virtual time:
 * while a world runs, the same is done at once. What must stay true: afterwards everything is as it was; what is packed is
 * what it would be.
 */
import { deflateRawSync } from "node:zlib";

/** As much of a CompressionStream as a writer of one piece uses. */
class PackingAtOnce {
  readonly #packed: Uint8Array[] = [];
  readonly writable = {
    getWriter: () => ({
      write: (bytes: Uint8Array): Promise<void> => {
        // Nobody in a world opens a workbook: as fast as can be.
        this.#packed.push(deflateRawSync(bytes, { level: 1 }));
        return Promise.resolve();
      },
      close: (): Promise<void> => Promise.resolve(),
    }),
  };
  readonly readable = {
    getReader: () => ({
      read: (): Promise<{
        readonly done: boolean;
        readonly value: Uint8Array | undefined;
      }> => {
        const value = this.#packed.shift();
        return Promise.resolve({ done: value === undefined, value });
      },
    }),
  };
}

/** Runs `life` with it; one world at a time has the machine. */
export const packingAtOnce = async <T>(life: () => Promise<T>): Promise<T> => {
  const machine = globalThis.CompressionStream;
  globalThis.CompressionStream = PackingAtOnce as unknown as typeof CompressionStream;
  try {
    return await life();
  } finally {
    globalThis.CompressionStream = machine;
  }
};
