/** The last lines that a function logged. Bounded, so a sandbox that runs for a week does not grow. */

export type LogLine = { readonly at: number; readonly text: string };
export type LogBuffer = {
  /** Takes a chunk as it was written; whole lines are kept, a half line waits for its rest. */
  write(chunk: string): void;
  lines(): readonly LogLine[];
};

const MAX_LINES = 2_000;
const MAX_LINE_CHARACTERS = 262_144; // as CloudWatch Logs: 256 KB an event

/** `onLine` hears each line once, in order. */
export const createLogBuffer = (now: () => number, onLine: (line: LogLine) => void = () => undefined): LogBuffer => {
  const kept: LogLine[] = [];
  let half = "";
  return {
    write(chunk) {
      const parts = (half + chunk).split("\n");
      half = (parts.pop() ?? "").slice(0, MAX_LINE_CHARACTERS);
      for (const text of parts) {
        const line = { at: now(), text: text.slice(0, MAX_LINE_CHARACTERS) };
        kept.push(line);
        onLine(line);
      }
      kept.splice(0, Math.max(0, kept.length - MAX_LINES));
    },
    lines: () => [...kept],
  };
};
