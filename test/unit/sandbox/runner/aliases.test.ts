/** Aliases as the sandbox runs them: calls through one reach its function, and what an alias can't mean here is refused. */
import { describe, expect, it } from "vitest";
import { readAliases } from "../../../../sandbox/lambda/aliases.ts";
import { createTargets } from "../../../../sandbox/lambda/targets.ts";
import { deploy } from "../../../../sandbox/template/deployment.ts";
import type { Deployment } from "../../../../sandbox/template/deployment.ts";
import { permissionsOf } from "../../../../sandbox/template/permissions.ts";

const FUNCTION = "arn:aws:lambda:af-south-1:000000000000:function:Small-Pay";
const ALIAS = `${FUNCTION}:live`;
const SOURCE = "arn:aws:execute-api:af-south-1:000000000000:abc/local/GET/";

type Properties = Readonly<Record<string, unknown>>;

/** One function, its version and its alias, the alias before the function in the template. */
const small = ({
  alias = {},
  version = {},
  permitted,
}: { alias?: Properties; version?: Properties; permitted?: unknown } = {}): Deployment =>
  deploy(
    {
      stacks: [
        {
          name: "Small",
          template: {
            Resources: {
              Live: {
                Type: "AWS::Lambda::Alias",
                Properties: {
                  FunctionName: { Ref: "Pay" },
                  FunctionVersion: { "Fn::GetAtt": ["One", "Version"] },
                  Name: "live",
                  ...alias,
                },
              },
              One: { Type: "AWS::Lambda::Version", Properties: { FunctionName: { Ref: "Pay" }, ...version } },
              Pay: { Type: "AWS::Lambda::Function", Properties: {} },
              May: {
                Type: "AWS::Lambda::Permission",
                Properties: { FunctionName: permitted ?? { Ref: "Live" }, Principal: "apigateway.amazonaws.com" },
              },
            },
            Parameters: {},
            Conditions: {},
            Mappings: {},
            Outputs: {},
          },
        },
      ],
      assetDirectory: () => "",
    },
    { region: "af-south-1", accountId: "000000000000", awsUrl: "http://127.0.0.1:1" },
  );

describe("an alias", () => {
  it("is known by its function's ARN and its own name", () => {
    const [alias] = small().ofType("AWS::Lambda::Alias");
    expect(alias?.ref).toBe(ALIAS);
  });

  it("leads to its function", () => {
    expect([...readAliases(small())]).toEqual([[ALIAS, FUNCTION]]);
  });

  it.each<[string, Parameters<typeof small>[0], string]>([
    [
      "shares its calls between versions",
      { alias: { RoutingConfig: { AdditionalVersionWeights: [] } } },
      "RoutingConfig",
    ],
    ["keeps instances ready", { version: { ProvisionedConcurrencyConfig: {} } }, "ProvisionedConcurrencyConfig"],
    ["is of a version that nobody publishes", { alias: { FunctionVersion: "7" } }, "publishes no such version"],
    ["is of a function that is not there", { alias: { FunctionName: "nobody" } }, "publishes no such version"],
  ])("that %s stops the start", (_what, given, said) => {
    expect(() => readAliases(small(given))).toThrow(said);
  });
});

describe("the permission to invoke", () => {
  const ask = (deployment: Deployment, functionArn: string) => () =>
    permissionsOf(deployment)({ functionArn, principal: "apigateway.amazonaws.com", sourceArn: SOURCE });

  it("of an alias is for the alias, and of a function for the function", () => {
    expect(ask(small(), ALIAS)).not.toThrow();
    expect(ask(small(), FUNCTION)).toThrow("lets nobody invoke");
    const ofFunction = small({ permitted: { "Fn::GetAtt": ["Pay", "Arn"] } });
    expect(ask(ofFunction, FUNCTION)).not.toThrow();
    expect(ask(ofFunction, ALIAS)).toThrow("lets nobody invoke");
  });

  it("may name the alias without the rest of its ARN", () => {
    expect(ask(small({ permitted: "Small-Pay:live" }), ALIAS)).not.toThrow();
    expect(ask(small({ permitted: "live" }), ALIAS)).toThrow("lets nobody invoke");
  });
});

it("events that nobody waits for go to functions, not to aliases, which have no failure queue here", () => {
  const targets = createTargets({
    functions: { find: () => ({ arn: FUNCTION }) as never },
    asyncInvoke: { send: () => Promise.resolve() },
    queueArns: [],
    sendToQueue: () => Promise.resolve(),
    onTrouble: () => undefined,
  });
  expect(targets.kindOf(FUNCTION, "A schedule")).toBe("function");
  expect(() => targets.kindOf(ALIAS, "A schedule")).toThrow(`A schedule names ${ALIAS}`);
});
