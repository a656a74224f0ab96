/** A dashboard's search: all metrics with these dimensions, of which some are given in full. */
import type { MetricId } from "./metric.ts";
import { Statistic } from "./series.ts";

export type Search = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensionNames: readonly string[];
  /** Dimensions that have to have exactly this value. */
  readonly given: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
};

const SEARCH = /^SEARCH\('\{([^}]+)\}\s*([^']*)',\s*'([^']+)',\s*\d+\)$/;
const TERM = /(\w+)="([^"]*)"/g;

/** Null for an expression that is no search. Throws for a search by anything but whole values in quotes. */
export const readSearch = (expression: string): Search | null => {
  if (!expression.startsWith("SEARCH(")) return null;
  const [, schema = "", terms = "", statistic = ""] = SEARCH.exec(expression) ?? [];
  const [namespace = "", ...dimensionNames] = schema.split(",").map((part) => part.trim());
  const { MetricName: name, ...given } = Object.fromEntries(
    [...terms.matchAll(TERM)].map(([, key = "", value = ""]) => [key, value]),
  );
  const isWhole = terms.replaceAll(TERM, "").trim() === "";
  const isKnown = Object.keys(given).every((key) => dimensionNames.includes(key));
  if (namespace === "" || name === undefined || !isWhole || !isKnown)
    throw new Error(`The sandbox searches by a schema and whole values in quotes, and this is not so: ${expression}`);
  return { namespace, name, dimensionNames, given, statistic: Statistic.parse(statistic) };
};

export const isFound = ({ name, given }: Search, id: MetricId): boolean =>
  id.name === name && Object.entries(given).every(([key, value]) => id.dimensions[key] === value);

/** What tells the metrics of one search apart: the values of the dimensions that were not given. */
export const labelOf = ({ dimensionNames, given }: Search, { dimensions }: MetricId): string =>
  dimensionNames
    .filter((name) => !(name in given))
    .map((name) => dimensions[name] ?? "")
    .join(" ");
