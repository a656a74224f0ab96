/**
 * API Gateway's side of an API key: a named entry in a usage plan, whose value is the key's usage identifier. It meters
 * and throttles; it opens nothing, because the API takes no key from a header.
 */
import type { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import {
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  GetApiKeysCommand,
} from "@aws-sdk/client-api-gateway";

export interface Meter {
  /** Unique in the account and region; names the key that it meters. */
  readonly name: string;
  /** What the authoriser tells API Gateway to count by. */
  readonly usageIdentifier: string;
  /** The usage plan's id. */
  readonly planId: string;
}

export interface Metering {
  /** Begins to meter. When it throws, `remove` has to be tried: it may have gone half way. */
  add(meter: Meter): Promise<void>;
  /** Ends it. False when there was none of that name. Safe to repeat. */
  remove(name: string): Promise<boolean>;
}

/** More than one meter of a name can only come from a creation that was cut off; all of them go. */
const MOST_OF_A_NAME = 500;

export const apiGatewayMetering = (client: Pick<APIGatewayClient, "send">): Metering => ({
  add: async ({ name, usageIdentifier, planId }) => {
    const made = await client.send(new CreateApiKeyCommand({ name, value: usageIdentifier, enabled: true }));
    await client.send(new CreateUsagePlanKeyCommand({ usagePlanId: planId, keyId: made.id, keyType: "API_KEY" }));
  },

  remove: async (name) => {
    // The filter matches beginnings.
    const query = new GetApiKeysCommand({ nameQuery: name, includeValues: false, limit: MOST_OF_A_NAME });
    const { items = [] } = await client.send(query);
    const meters = items.filter((item) => item.name === name);
    for (const { id } of meters) await client.send(new DeleteApiKeyCommand({ apiKey: id }));
    return meters.length > 0;
  },
});
