/**
 * The embedded metric format: a line of a function's log that CloudWatch turns into metrics. What must stay true: a line that
 * says it holds metrics and does not is refused with a reason, because CloudWatch would drop it without a word.
 */
import * as z from "zod";

import { isRecord } from "../../template/json.ts";
import type { Datum, Dimensions } from "./metric.ts";

/** The format's own limits. */
const Definition = z.object({
  Namespace: z.string().min(1).max(1_024),
  Dimensions: z.array(z.array(z.string()).max(30)).min(1),
  Metrics: z.array(z.object({ Name: z.string().min(1).max(1_024) })).max(100),
});
const Line = z.looseObject({
  _aws: z.object({ Timestamp: z.int().positive(), CloudWatchMetrics: z.array(Definition).min(1) }),
});
type Line = z.infer<typeof Line>;

/** A line that names metrics and can't be read as such. */
export class NotEmbedded extends Error {
  override readonly name = "NotEmbedded";
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const dimensionsOf = (line: Line, names: readonly string[]): Dimensions =>
  Object.fromEntries(
    names.map((name) => {
      const value = line[name];
      if (typeof value !== "string" || value === "") throw new NotEmbedded(`the dimension ${name} has no text`);
      return [name, value];
    }),
  );

const valuesOf = (line: Line, name: string): readonly number[] => {
  const values = [line[name]].flat();
  const numbers = values.filter((value) => typeof value === "number" && Number.isFinite(value));
  if (values.length === 0 || numbers.length !== values.length) throw new NotEmbedded(`${name} has no number`);
  return numbers.map(Number);
};

/** The data in a line of a log; none when it is of another kind. @throws NotEmbedded */
export const readEmbedded = (text: string): readonly Datum[] => {
  if (!text.includes('"_aws"')) return [];
  const json = parsed(text);
  if (!isRecord(json) || !("_aws" in json)) return [];
  const line = Line.safeParse(json);
  if (!line.success) throw new NotEmbedded(z.prettifyError(line.error));
  const { Timestamp: at, CloudWatchMetrics } = line.data._aws;
  return CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions: sets, Metrics }) =>
    sets.flatMap((names) =>
      Metrics.flatMap(({ Name: name }) =>
        valuesOf(line.data, name).map((value) => ({
          namespace,
          name,
          dimensions: dimensionsOf(line.data, names),
          value,
          at,
        })),
      ),
    ),
  );
};
