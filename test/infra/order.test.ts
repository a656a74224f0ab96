/**
 * CloudFormation makes resources one after the other, so no two may wait for each other, however many stand between
 * them. The library only warns of it.
 */
import { expect, it } from "vitest";
import * as z from "zod";
import { everyStage } from "./assembled.ts";
import type { Resource } from "./assembled.ts";

const Ref = z.object({ Ref: z.string() });
const GetAtt = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) });
const Sub = z.object({ "Fn::Sub": z.union([z.string(), z.tuple([z.string(), z.unknown()])]) });

const named = (value: unknown): readonly string[] => {
  const ref = Ref.safeParse(value);
  if (ref.success) return [ref.data.Ref];
  const attribute = GetAtt.safeParse(value);
  if (attribute.success) return [attribute.data["Fn::GetAtt"][0]];
  const sub = Sub.safeParse(value);
  if (!sub.success) return [];
  const [text] = [sub.data["Fn::Sub"]].flat();
  return [...String(text).matchAll(/\$\{([A-Za-z0-9]+)/g)].map(([, name = ""]) => name);
};

const mentioned = (value: unknown): readonly string[] => {
  if (typeof value !== "object" || value === null) return [];
  return [...named(value), ...Object.values(value).flatMap(mentioned)];
};

/** The first circle of resources that wait for each other; empty when there is none. */
const circle = (waits: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  const done = new Set<string>();
  const search = (id: string, path: readonly string[]): readonly string[] => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (done.has(id)) return [];
    for (const next of waits.get(id) ?? []) {
      const found = search(next, [...path, id]);
      if (found.length > 0) return found;
    }
    done.add(id);
    return [];
  };
  for (const id of waits.keys()) {
    const found = search(id, []);
    if (found.length > 0) return found;
  }
  return [];
};

const waitsOf = (resources: readonly Resource[]): ReadonlyMap<string, readonly string[]> =>
  new Map(
    resources.map(({ id, Properties, DependsOn, UpdatePolicy }) => [
      id,
      [...mentioned(Properties), ...mentioned(UpdatePolicy), ...DependsOn],
    ]),
  );

it("no resource of any stage waits for itself", () => {
  for (const { stage, resources } of everyStage()) expect(circle(waitsOf(resources)), stage).toEqual([]);
});

it("a circle would be seen", () => {
  const [{ resources } = { resources: [] }] = everyStage();
  const [first, second] = resources;
  const waits = new Map(waitsOf(resources));
  waits.set(first?.id ?? "", [second?.id ?? ""]).set(second?.id ?? "", [first?.id ?? ""]);
  expect(circle(waits)).toEqual([first?.id, second?.id, first?.id]);
});
