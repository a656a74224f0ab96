/** Cuts a batch where an invocation's event would grow too large. */

/** The service ends a batch at six megabytes; the records' list around them needs a little. */
const MAX_RECORDS_BYTES = 6_000_000;

/** The records in order, in as few groups as stay below the limit. One record alone is never cut. */
export const withinPayload = <T>(records: readonly T[], maxBytes = MAX_RECORDS_BYTES): T[][] => {
  const groups: T[][] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record));
    const group = groups.at(-1);
    if (group === undefined || bytes + size > maxBytes) {
      groups.push([record]);
      bytes = size;
    } else {
      group.push(record);
      bytes += size;
    }
  }
  return groups;
};
