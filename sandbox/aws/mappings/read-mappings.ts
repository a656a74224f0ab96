/** The template's event source mappings: what feeds functions from queues and streams. */
import * as z from "zod";

import type { Deployment, Resource } from "../../template/deployment.ts";
import type { MappingContext } from "./mapping-context.ts";
import type { Mapping } from "./queue-mapping.ts";
import { readQueueMapping } from "./read-queue-mapping.ts";
import { readStreamMapping } from "./read-stream-mapping.ts";

export type MappingsOptions = Omit<MappingContext, "place" | "resourceOf" | "isDoubled"> & {
  readonly deployment: Deployment;
};

/** All of them together; nothing is delivered before the first start. */
export type Mappings = Mapping & {
  /** From now on queues deliver every message twice, or once again. */
  doubleDeliveries(on: boolean): void;
};

const Source = z.looseObject({ EventSourceArn: z.string() });

/** Rejects for a source the sandbox can't read, or a setting it does not know. */
export const readMappings = async (options: MappingsOptions): Promise<Mappings> => {
  let doubled = false;
  const context = contextOf(options, () => doubled);
  const all: Mapping[] = [];
  for (const resource of options.deployment.ofType("AWS::Lambda::EventSourceMapping")) {
    const mapping = await readMapping(resource, context);
    if (mapping !== null) all.push(mapping);
  }
  const each = (what: (mapping: Mapping) => void) => (): void => all.forEach(what);
  return {
    start: each((mapping) => mapping.start()),
    stop: each((mapping) => mapping.stop()),
    close: each((mapping) => mapping.close()),
    doubleDeliveries: (on) => void (doubled = on),
  };
};

const readMapping = async (resource: Resource, context: MappingContext): Promise<Mapping | null> => {
  const { EventSourceArn } = resource.properties(Source);
  const [, , service] = EventSourceArn.split(":");
  if (service === "sqs") return readQueueMapping(resource, context);
  if (service === "dynamodb") return readStreamMapping(resource, context);
  throw new Error(`The sandbox cannot feed a function from ${EventSourceArn} (${resource.logicalId}).`);
};

const contextOf = ({ deployment, ...rest }: MappingsOptions, isDoubled: () => boolean): MappingContext => ({
  ...rest,
  isDoubled,
  place: deployment.place,
  resourceOf(type, nameOrArn, mapping) {
    const found = deployment.ofType(type).find((each) => each.ref === nameOrArn || each.attribute("Arn") === nameOrArn);
    if (found === undefined) throw new Error(`${mapping.logicalId} names ${nameOrArn}, and no ${type} is called that.`);
    return found;
  },
});
