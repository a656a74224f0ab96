/** Explores a scope while the machine's clock stands still at the beginning of every life. */
import { underTime } from "../world/core/machine-time.ts";
import { START } from "./books.ts";
import { explore } from "./explore.ts";
import type { Bounds, Explored, Scope } from "./explore.ts";

const standing = { now: () => START, after: () => () => undefined };

export const exploreScope = (scope: Scope, bounds: Bounds): Promise<Explored> =>
  underTime(standing, () => explore(scope, bounds));
