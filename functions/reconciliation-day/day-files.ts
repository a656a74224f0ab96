/**
 * Where a closed day's files lie. What must stay true: every version has files of its own, so that nothing which somebody
 * has fetched is ever replaced by something else under the same name.
 */
import { gunzipSync } from "node:zlib";
import type { ReconciledDay } from "../domain/reconciled-day.ts";
import type { Files } from "../runtime/files.ts";
import { readDayState } from "./day-state.ts";
import type { DayState } from "./day-state.ts";

/** One version of a day. */
export interface DayVersion {
  readonly shortcode: string;
  readonly day: string;
  readonly version: number;
  readonly digest: string;
}

export interface DayFiles {
  readonly csv: string;
  readonly xlsx: string;
  /** Everything, as JSON. */
  readonly report: string;
  /** What later looks compare with. */
  readonly state: string;
}

export const dayFiles = ({ shortcode, day, version, digest }: DayVersion): DayFiles => {
  const folder = `reconciliations/${shortcode}/${day}/${version}-${digest}`;
  return {
    csv: `${folder}/report.csv`,
    xlsx: `${folder}/report.xlsx`,
    report: `${folder}/report.json.gz`,
    state: `${folder}/state.json.gz`,
  };
};

/** The version of a day that stands. */
export const versionOf = ({ shortcode, day, version, current: { digest } }: ReconciledDay): DayVersion => ({
  shortcode,
  day,
  version,
  digest,
});

/** Far above the state of the largest day. */
const MOST_BYTES = 500_000_000;

/** What was kept with a closed day. Throws when it is not where it was put. */
export const readStateOf = async (files: Pick<Files, "read">, day: ReconciledDay): Promise<DayState> => {
  const { state } = dayFiles(versionOf(day));
  const source = await files.read(state);
  if (source === null) throw new Error(`what was kept with the day ${day.day} is not where it was put`);
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return readDayState(gunzipSync(Buffer.concat(parts), { maxOutputLength: MOST_BYTES }).toString("utf8"));
};
