/** The production stage's templates as they are, and as they would be after somebody changed one thing in them. */
import * as z from "zod";
import { judge } from "../../operator/guard/judge.ts";
import type { Verdict } from "../../operator/guard/judge.ts";
import { readTemplate } from "../../operator/guard/template.ts";
import type { Template, TemplateResource } from "../../operator/guard/template.ts";
import { stageTemplate } from "./assembled.ts";

export const DATA = "MalipoData-production";
export const GATEWAY = "MalipoGateway-production";
export const STOREFRONTS = "MalipoStorefronts-production";

type Change = (template: Template) => void;

let known: ReadonlyMap<string, string> | undefined;
const texts = (): ReadonlyMap<string, string> => {
  const { stacks } = stageTemplate("production").app.synth();
  known ??= new Map(stacks.map(({ stackName, template }) => [stackName, JSON.stringify(template)]));
  return known;
};

export const textOf = (stack: string): string => texts().get(stack)!;

/** Parsed anew each time, so that a change stays where it is made. */
export const parsed = (stack: string): Template => readTemplate(textOf(stack))!;

/** The stage as it is. */
export const production = (): Map<string, Template> => new Map([...texts().keys()].map((name) => [name, parsed(name)]));

/** The stage after somebody changed one of its stacks. */
export const changed = (stack: string, change: Change): Map<string, Template> => {
  const next = production();
  change(next.get(stack)!);
  return next;
};

/** The guard's verdict on a change of one stack, which is all that most changes are about. */
export const judgeStack = (stack: string, change: Change): Verdict => {
  const [before, after] = [parsed(stack), parsed(stack)];
  change(after);
  return judge(new Map([[stack, before]]), new Map([[stack, after]]));
};

export interface Which {
  readonly type: string;
  /** How its logical id begins. */
  readonly called?: string;
}

export const idOf = (template: Template, { type, called = "" }: Which): string => {
  const found = Object.entries(template.Resources).find(([id, { Type }]) => Type === type && id.startsWith(called));
  if (found === undefined) throw new Error(`there is no ${type} ${called}`);
  return found[0];
};

export const resourceOf = (template: Template, which: Which): TemplateResource =>
  template.Resources[idOf(template, which)]!;

const Inner = z.record(z.string(), z.unknown());

/** Puts a value at a path of a resource's properties; undefined takes away what is there. */
export const put = (resource: TemplateResource, [name = "", ...rest]: readonly string[], value: unknown): void => {
  const inside = (properties: Record<string, unknown>, path: readonly string[], at: string): unknown => {
    if (path.length === 0) return value;
    const [next = "", ...further] = path;
    const inner = Inner.parse(properties[at] ?? {});
    return { ...inner, [next]: inside(inner, further, next) };
  };
  resource.Properties = { ...resource.Properties, [name]: inside(resource.Properties, rest, name) };
  if (value === undefined && rest.length === 0)
    resource.Properties = Object.fromEntries(Object.entries(resource.Properties).filter(([each]) => each !== name));
};

const listAt = (resource: TemplateResource, name: string): readonly unknown[] =>
  z.array(z.unknown()).parse(resource.Properties[name]);

export const append = (resource: TemplateResource, name: string, value: unknown): void =>
  put(resource, [name], [...listAt(resource, name), value]);

export const dropFirst = (resource: TemplateResource, name: string): void =>
  put(resource, [name], listAt(resource, name).slice(1));

export const dropResource = (template: Template, id: string): void => {
  template.Resources = Object.fromEntries(Object.entries(template.Resources).filter(([each]) => each !== id));
};

export const renameResource = (template: Template, id: string, name: string): void => {
  const resource = template.Resources[id]!;
  dropResource(template, id);
  template.Resources[name] = resource;
};
