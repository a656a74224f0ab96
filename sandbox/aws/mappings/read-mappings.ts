/** The template's event source mappings: what feeds functions from queues and streams. */
import * as z from "zod";

import type { Functions } from "../../lambda/read-functions.ts";
import type { Deployment, Resource } from "../../template/deployment.ts";
import type { MappingContext } from "./mapping-context.ts";
import type { Mapping } from "./queue-mapping.ts";
import { readQueueMapping } from "./read-queue-mapping.ts";

export type MappingsOptions = {
  readonly deployment: Deployment;
  readonly functions: Pick<Functions, "find">;
  /** How many instances one function may have on this machine. */
  readonly maxInstances: number;
  readonly onTrouble: (functionName: string, sentence: string) => void;
};

/** All of them together; nothing is delivered before the first start. */
export type Mappings = Mapping;

const Source = z.looseObject({ EventSourceArn: z.string() });

/** Throws for a source the sandbox can't read, or a setting it does not know. */
export const readMappings = (options: MappingsOptions): Mappings => {
  const context = contextOf(options);
  const all = options.deployment
    .ofType("AWS::Lambda::EventSourceMapping")
    .map((resource) => readMapping(resource, context))
    .filter((mapping) => mapping !== null);
  const each = (what: (mapping: Mapping) => void) => (): void => all.forEach(what);
  return {
    start: each((mapping) => mapping.start()),
    stop: each((mapping) => mapping.stop()),
    close: each((mapping) => mapping.close()),
  };
};

const readMapping = (resource: Resource, context: MappingContext): Mapping | null => {
  const { EventSourceArn } = resource.properties(Source);
  if (EventSourceArn.split(":")[2] === "sqs") return readQueueMapping(resource, context);
  throw new Error(`The sandbox cannot feed a function from ${EventSourceArn} (${resource.logicalId}).`);
};

const contextOf = ({ deployment, functions, maxInstances, onTrouble }: MappingsOptions): MappingContext => ({
  place: deployment.place,
  functions,
  maxInstances,
  onTrouble,
  resourceOf(type, nameOrArn, mapping) {
    const found = deployment.ofType(type).find((each) => each.ref === nameOrArn || each.attribute("Arn") === nameOrArn);
    if (found === undefined) throw new Error(`${mapping.logicalId} names ${nameOrArn}, and no ${type} is called that.`);
    return found;
  },
});
