import { ResourceNotFoundException } from "@aws-sdk/client-secrets-manager";
import { describe, expect, it } from "vitest";
import { apiGatewayMetering } from "../../../operator/metering.ts";
import { CalledWrongly, NotDone, explain } from "../../../operator/refusal.ts";
import { readRotating } from "../../../operator/rotating.ts";
import { secretsManagerVault } from "../../../operator/secret-vault.ts";
import { cloudFormationStacks, dataStack } from "../../../operator/stage.ts";
import { toExitStatus } from "../../../operator/terminal.ts";
import { memoryVault, recordingTerminal, stacksOf } from "./fakes.ts";

interface Sent {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/** An AWS client that answers by the command's name and remembers what it was asked. */
const clientThat = (answer: (sent: Sent) => unknown) => {
  const sent: Sent[] = [];
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const one = { name: command.constructor.name.replace("Command", ""), input: command.input };
    sent.push(one);
    return await Promise.resolve(answer(one));
  };
  // Every SDK client has this shape; `never` lets it stand for each of them.
  return { client: { send } as never, sent };
};

const fault = (name: string, message: string) => Object.assign(new Error(message), { name });

describe("the stacks of a stage", () => {
  it("are read by their outputs", async () => {
    const { client } = clientThat(() => ({ Stacks: [{ Outputs: [{ OutputKey: "A", OutputValue: "a" }, {}] }] }));
    expect(await cloudFormationStacks(client).outputs("MalipoData-sandbox")).toEqual(new Map([["A", "a"]]));
  });

  it("are missing, and not broken, when CloudFormation has no stack of the name", async () => {
    const { client } = clientThat(() => {
      throw fault("ValidationError", "Stack with id MalipoData-sandbox does not exist");
    });
    expect(await cloudFormationStacks(client).outputs("MalipoData-sandbox")).toBeNull();
  });

  it("are not called missing when CloudFormation refuses to tell", async () => {
    const { client } = clientThat(() => {
      throw fault("AccessDenied", "not authorized to perform cloudformation:DescribeStacks");
    });
    await expect(cloudFormationStacks(client).outputs("MalipoData-sandbox")).rejects.toThrow("not authorized");
  });

  it("name the output that an older deployment lacks", async () => {
    const read = await dataStack(stacksOf({ "MalipoData-sandbox": {} }), "sandbox");
    expect(() => read("DarajaSecretArn")).toThrow(/no output DarajaSecretArn: deploy this version/);
  });
});

describe("a key's meter", () => {
  it("counts by the usage identifier in the tier's plan", async () => {
    const { client, sent } = clientThat(({ name }) => (name === "CreateApiKey" ? { id: "k1" } : {}));
    await apiGatewayMetering(client).add({ name: "malipo-sandbox-key_1", usageIdentifier: "usage", planId: "p1" });
    expect(sent).toMatchObject([
      { name: "CreateApiKey", input: { name: "malipo-sandbox-key_1", value: "usage", enabled: true } },
      { name: "CreateUsagePlanKey", input: { usagePlanId: "p1", keyId: "k1", keyType: "API_KEY" } },
    ]);
  });

  it("is removed without its neighbours, whose names begin alike", async () => {
    const items = [
      { id: "k1", name: "malipo-sandbox-key_1" },
      { id: "k2", name: "malipo-sandbox-key_11" },
    ];
    const { client, sent } = clientThat(({ name }) => (name === "GetApiKeys" ? { items } : {}));
    expect(await apiGatewayMetering(client).remove("malipo-sandbox-key_1")).toBe(true);
    expect(sent.slice(1)).toMatchObject([{ name: "DeleteApiKey", input: { apiKey: "k1" } }]);
  });

  it("is looked for without asking for anybody's value", async () => {
    const { client, sent } = clientThat(() => ({}));
    expect(await apiGatewayMetering(client).remove("malipo-sandbox-key_1")).toBe(false);
    expect(sent).toMatchObject([{ name: "GetApiKeys", input: { includeValues: false } }]);
  });
});

describe("a secret", () => {
  it("that nobody has stored yet reads as nothing", async () => {
    const { client } = clientThat(() => {
      throw new ResourceNotFoundException({ message: "can't find the specified secret value", $metadata: {} });
    });
    expect(await secretsManagerVault(client).read("arn")).toBeNull();
  });

  it("is read and replaced by its ARN", async () => {
    const { client, sent } = clientThat(({ name }) => (name === "GetSecretValue" ? { SecretString: "text" } : {}));
    const vault = secretsManagerVault(client);
    expect(await vault.read("arn")).toBe("text");
    await vault.write("arn", "next");
    expect(sent).toMatchObject([
      { name: "GetSecretValue", input: { SecretId: "arn" } },
      { name: "PutSecretValue", input: { SecretId: "arn", SecretString: "next" } },
    ]);
  });

  it.each(["swordfish", "{}", '{"current":"swordfish"}'])(
    "is no pepper when it holds %j, and the text is not repeated",
    async (text) => {
      const { vault } = memoryVault({ arn: text });
      const failed = (await readRotating(vault, "pepper", "arn").catch((error: unknown) => error)) as Error;
      expect(failed).toBeInstanceOf(NotDone);
      expect(failed.message).not.toContain("swordfish");
    },
  );
});

describe("a command's end", () => {
  const endOf = async (thrown: Error | null) => {
    const { terminal, said } = recordingTerminal();
    const status = await toExitStatus(terminal, () => (thrown ? Promise.reject(thrown) : Promise.resolve()));
    return { status, said: said.join("\n") };
  };

  it("is 0 when it was done, 1 when it was not, 2 when it was called wrongly", async () => {
    expect((await endOf(null)).status).toBe(0);
    expect((await endOf(new NotDone("not done"))).status).toBe(1);
    expect((await endOf(new CalledWrongly("what?"))).status).toBe(2);
  });

  it("says that a fault nobody foresaw is safe to meet again", async () => {
    const { status, said } = await endOf(fault("TimeoutError", "timed out"));
    expect(status).toBe(1);
    expect(said).toContain("safe to run the same command again");
  });

  it("tells how to get credentials when there are none", () => {
    expect(explain(fault("CredentialsProviderError", "Could not load credentials"))).toContain("AWS_PROFILE");
  });

  it("shows no phone number and no key that a fault's message carries", () => {
    const key = `sk_live_${"a".repeat(32)}`;
    const said = explain(fault("Error", `bad ${key} of 254712345678`));
    expect(said).not.toContain(key);
    expect(said).not.toContain("254712345678");
  });
});
