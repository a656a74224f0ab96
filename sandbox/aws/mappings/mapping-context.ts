/** What every kind of event source mapping is read against. */
import * as z from "zod";

import type { Functions } from "../../lambda/read-functions.ts";
import type { Resource } from "../../template/deployment.ts";
import type { Place } from "../../template/physical.ts";
import type { Checkpoints } from "./checkpoints.ts";

/** Of the function behind a mapping; the default is the service's. */
export const MappedFunction = z.object({ Timeout: z.number().default(3) });

export type MappingContext = {
  readonly place: Place;
  readonly functions: Pick<Functions, "find">;
  /** How many instances one function may have here: more batches under way would only wait. */
  readonly maxInstances: number;
  /** The database engine's own address. */
  readonly dynamoDbUrl: string;
  readonly checkpoints: Checkpoints;
  /** Delivers to a queue by its ARN. */
  readonly sendToQueue: (queueArn: string, body: string) => Promise<void>;
  /** Whether queues deliver every message twice now. */
  readonly isDoubled: () => boolean;
  /** The template's resource with this name or ARN. Throws, naming the mapping, when there is none. */
  resourceOf(type: string, nameOrArn: string, mapping: Resource): Resource;
  /** Told what went wrong with a function's events. */
  readonly onTrouble: (functionName: string, sentence: string) => void;
};
