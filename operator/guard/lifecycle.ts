/**
 * What a bucket's lifecycle rules delete, laid beside what they deleted before. What must stay true: rules are compared by
 * what they do and not by what they are called, and whatever can't be told to delete less counts as more.
 */
import { sayTheSame, valueAt } from "./template.ts";
import type { TemplateResource } from "./template.ts";

/** One way in which a rule lets files go. */
interface Deletion {
  readonly rule: string;
  readonly what: "files" | "older versions";
  readonly when: "after days" | "on a date";
  /** Days, or the time of the date; NaN for what only the deployment knows, which is never less than anything. */
  readonly time: number;
  readonly written: unknown;
  /** So many newer versions shelter an older one. */
  readonly sheltered: unknown;
  readonly prefix: unknown;
  /** By what else the rule tells its files. */
  readonly filter: unknown;
}

const PREFIX = "Prefix";
const FILTERS = ["TagFilters", "ObjectSizeGreaterThan", "ObjectSizeLessThan"];
const OLDER = ["NoncurrentVersionExpiration", "NoncurrentDays"];
const SHELTER = ["NoncurrentVersionExpiration", "NewerNoncurrentVersions"];

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const deletionsOf = (rule: unknown): readonly Deletion[] => {
  const found = [
    { what: "files", when: "after days", written: valueAt(rule, ["ExpirationInDays"]) },
    { what: "files", when: "on a date", written: valueAt(rule, ["ExpirationDate"]) },
    { what: "older versions", when: "after days", written: valueAt(rule, OLDER) },
    { what: "older versions", when: "after days", written: valueAt(rule, ["NoncurrentVersionExpirationInDays"]) },
  ] as const;
  return found.flatMap(({ what, when, written }) =>
    written === undefined
      ? []
      : [
          {
            rule: text(valueAt(rule, ["Id"]) ?? "a rule without a name"),
            what,
            when,
            written,
            time: when === "on a date" ? Date.parse(text(written)) : Number(written),
            sheltered: what === "older versions" ? (valueAt(rule, SHELTER) ?? 0) : 0,
            prefix: valueAt(rule, [PREFIX]) ?? "",
            filter: FILTERS.map((name) => valueAt(rule, [name]) ?? null),
          },
        ],
  );
};

/** Everything that the rules in force delete. */
const deletions = (bucket: TemplateResource): readonly Deletion[] => {
  const rules = valueAt(bucket.Properties, ["LifecycleConfiguration", "Rules"]);
  const list: readonly unknown[] = Array.isArray(rules) ? rules : [];
  return list.filter((rule) => valueAt(rule, ["Status"]) !== "Disabled").flatMap(deletionsOf);
};

/** Whether one that was there took every file that the other takes: all of those under its prefix. */
const reached = (was: Deletion, is: Deletion): boolean => {
  if (!sayTheSame(was.filter, is.filter)) return false;
  if (typeof was.prefix === "string" && typeof is.prefix === "string") return is.prefix.startsWith(was.prefix);
  return sayTheSame(was.prefix, is.prefix);
};

/** Whether one that was there took the same files, and no later. */
const tookAsMuch = (was: Deletion, is: Deletion): boolean =>
  was.what === is.what &&
  was.when === is.when &&
  reached(was, is) &&
  (Number(was.sheltered) <= Number(is.sheltered) || sayTheSame(was.sheltered, is.sheltered)) &&
  (was.time <= is.time || sayTheSame(was.written, is.written));

const sentence = ({ rule, what, when, written, prefix }: Deletion): string => {
  const where = prefix === "" ? "everywhere" : `under ${text(prefix)}`;
  return `${rule}: ${what} ${where} ${when === "after days" ? `after ${text(written)} days` : `on ${text(written)}`}`;
};

/** Says which files go that stayed, or go sooner than they did; null when none does. */
export const deletesMore = (before: TemplateResource, after: TemplateResource): string | null => {
  const old = deletions(before);
  const more = deletions(after).filter((is) => !old.some((was) => tookAsMuch(was, is)));
  if (more.length === 0) return null;
  return `Files are deleted that stayed, or sooner than before (${more.map(sentence).join("; ")}).`;
};
