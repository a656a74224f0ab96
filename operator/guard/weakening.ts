/** The ways in which a change may protect less than what it changes; each is one question about one property. */
import { sayTheSame, valueAt } from "./template.ts";
import type { TemplateResource } from "./template.ts";

/** Says in one sentence how `after` protects less than `before`; null when it does not. */
export type Weakening = (before: TemplateResource, after: TemplateResource) => string | null;

export type Path = readonly string[];
export const of = (resource: TemplateResource, path: Path): unknown => valueAt(resource.Properties, path);

/** What stands in a list of a resource's properties; nothing for what is no list. */
export const listAt = (resource: TemplateResource, path: Path): readonly unknown[] => {
  const list = of(resource, path);
  return Array.isArray(list) ? list : [];
};

/** Something that was switched on and no longer is. */
export const off =
  (path: Path, says: string): Weakening =>
  (before, after) =>
    of(before, path) === true && of(after, path) !== true ? says : null;

/** A number that falls. `absent` is what it means when it is left out. */
export const lower =
  (path: Path, says: (was: number, is: number) => string, absent: number): Weakening =>
  (before, after) => {
    const [was, is] = [before, after].map((each) => {
      const value = of(each, path);
      return value === undefined ? absent : Number(value);
    });
    return was !== undefined && is !== undefined && is < was ? says(was, is) : null;
  };

/** Something that was there and is another one now, or none. */
export const changed =
  (path: Path, says: string): Weakening =>
  (before, after) => {
    const was = of(before, path);
    return was !== undefined && !sayTheSame(was, of(after, path)) ? says : null;
  };

/** Something that is there now and was not, or is another one. */
export const begun =
  (path: Path, says: string): Weakening =>
  (before, after) => {
    const is = of(after, path);
    return is !== undefined && !sayTheSame(of(before, path), is) ? says : null;
  };
