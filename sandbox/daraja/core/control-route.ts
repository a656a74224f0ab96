/**
 * What a page of the control API is: a method, a path with at most one variable part, and what it does.
 */
import type { Answer } from "./exchange.ts";
import type { World } from "./world.ts";

/** The world as it is now: a reset puts another in its place. */
export type Levers = { readonly world: () => World; readonly reset: () => void };

export type ControlCall = { readonly body: unknown; readonly query: URLSearchParams; readonly id: string };

export type Route = {
  readonly method: string;
  /** Its one group, if any, is the call's `id`. */
  readonly pattern: RegExp;
  readonly run: (call: ControlCall, levers: Levers) => Answer | Promise<Answer>;
};

export const route = (method: string, pattern: RegExp, run: Route["run"]): Route => ({ method, pattern, run });
