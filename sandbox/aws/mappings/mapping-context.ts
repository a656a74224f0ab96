/** What every kind of event source mapping is read against. */
import * as z from "zod";

import type { Functions } from "../../lambda/read-functions.ts";
import type { Resource } from "../../template/deployment.ts";
import type { Place } from "../../template/physical.ts";

/** Of the function behind a mapping; the default is the service's. */
export const MappedFunction = z.object({ Timeout: z.number().default(3) });

export type MappingContext = {
  readonly place: Place;
  readonly functions: Pick<Functions, "find">;
  /** How many instances one function may have here: more batches under way would only wait. */
  readonly maxInstances: number;
  /** The template's resource with this name or ARN. Throws, naming the mapping, when there is none. */
  resourceOf(type: string, nameOrArn: string, mapping: Resource): Resource;
  /** Told what went wrong with a function's events. */
  onTrouble(functionName: string, sentence: string): void;
};
