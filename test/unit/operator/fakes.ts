/** Small real implementations of the operator's ports, in memory, that can be told to fail. */
import type { Metering } from "../../../operator/metering.ts";
import type { VersionedVault, Which } from "../../../operator/secret-versions.ts";
import type { Stacks } from "../../../operator/stage.ts";
import type { Terminal } from "../../../operator/terminal.ts";

export const DATA_STACK = {
  DirectoryTableName: "directory",
  CoordinationTableName: "coordination",
  PepperSecretArn: "arn:pepper",
  SigningSecretArn: "arn:signing",
  DarajaSecretArn: "arn:daraja",
  PhoneKeysSecretArn: "arn:phones",
};
export const STOREFRONT_STACK = {
  UsagePlanStandard: "plan-standard",
  UsagePlanHigh: "plan-high",
  ApiBaseUrl: "https://pay.example.co.ke",
};
export const GATEWAY_STACK = {
  CallbackBaseUrl: "https://callbacks.example.co.ke",
};

/** Stacks by name; the sandbox's three unless others are given. */
export const stacksOf = (
  stacks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "MalipoData-sandbox": DATA_STACK,
    "MalipoGateway-sandbox": GATEWAY_STACK,
    "MalipoStorefronts-sandbox": STOREFRONT_STACK,
  },
): Stacks => ({
  outputs: (name) => {
    const outputs = stacks[name];
    return Promise.resolve(outputs ? new Map(Object.entries(outputs)) : null);
  },
});

/** What a person would have seen, apart by stream. */
export const recordingTerminal = () => {
  const answers: string[] = [];
  const said: string[] = [];
  const terminal: Terminal = { answer: (line) => void answers.push(line), say: (line) => void said.push(line) };
  return { terminal, answers, said, all: () => [...answers, ...said].join("\n") };
};

/** API Gateway's meters by name. */
export const memoryMetering = () => {
  const meters = new Map<string, { usageIdentifier: string; planId: string }>();
  const trouble: { add?: Error; remove?: Error } = {};
  const metering: Metering = {
    add: ({ name, usageIdentifier, planId }) => {
      meters.set(name, { usageIdentifier, planId });
      return trouble.add ? Promise.reject(trouble.add) : Promise.resolve();
    },
    remove: (name) => (trouble.remove ? Promise.reject(trouble.remove) : Promise.resolve(meters.delete(name))),
  };
  return { metering, meters, trouble };
};

export const memoryVault = (secrets: Record<string, string> = {}) => {
  const held = new Map(Object.entries(secrets));
  const others = new Map<string, string>();
  const place = (arn: string, which: Which): string => `${arn} ${which}`;
  const putInForce = (arn: string, text: string): void => {
    const before = held.get(arn);
    if (before !== undefined) others.set(place(arn, "previous"), before);
    held.set(arn, text);
  };
  const readVersion = (arn: string, which: Which): string | null =>
    (which === "current" ? held.get(arn) : others.get(place(arn, which))) ?? null;
  const vault: VersionedVault = {
    read: (arn) => Promise.resolve(held.get(arn) ?? null),
    write: (arn, text) => {
      putInForce(arn, text);
      return Promise.resolve();
    },
    readVersion: (arn, which) => Promise.resolve(readVersion(arn, which)),
    propose: (arn, text) => Promise.resolve(void others.set(place(arn, "pending"), text)),
    putInForce: (arn, which) => {
      const text = readVersion(arn, which);
      if (text !== null) putInForce(arn, text);
      others.delete(place(arn, "pending"));
      return Promise.resolve(text !== null);
    },
    rotate: () => Promise.resolve("v1"),
    isInForce: () => Promise.resolve(true),
  };
  return { vault, held };
};
