/** What every kind of event source mapping is read against. */
import * as z from "zod";

import type { Guard } from "../iam/guard.ts";
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
  /** Delivers to a queue by its ARN, in the function's name; rejects when its role does not allow it. */
  readonly sendInNameOf: (functionLogicalId: string, queueArn: string, body: string) => Promise<void>;
  /** What the service does in a function's name by itself: why it may not, in a sentence; null when it may. */
  readonly mayInNameOf: Guard["inNameOf"];
  /** Told how old the last record of a stream's batch is when a function gets it, milliseconds. */
  readonly onIteratorAge?: (functionName: string, ms: number) => void;
  /** Whether queues deliver every message twice now. */
  readonly isDoubled: () => boolean;
  /** The template's resource with this name or ARN. Throws, naming the mapping, when there is none. */
  resourceOf(type: string, nameOrArn: string, mapping: Resource): Resource;
  /** Told what went wrong with a function's events. */
  readonly onTrouble: (functionName: string, sentence: string) => void;
};
