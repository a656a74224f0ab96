/** API Gateway's TOKEN authoriser, around a decision that knows nothing of policies. */
import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent, Context } from "aws-lambda";

export interface AuthoriserRequest {
  /** The Authorization header as it came. */
  readonly authorization: string;
}

interface Allowed {
  readonly principal: string;
  /** The usage identifier that the caller's requests are metered by. */
  readonly usage: string;
  readonly context: Readonly<Record<string, string>>;
}

export type AuthoriserAnswer =
  | { readonly allowed: "nothing" }
  | ({ readonly allowed: "every_route" } & Allowed)
  /** Each as in a method ARN: `GET/v1/payments/pay_...`. */
  | ({ readonly allowed: "some_routes"; readonly routes: readonly string[] } & Allowed);

/** API Gateway turns exactly this message into a 401. */
const UNAUTHORISED = "Unauthorized";

/** `arn:aws:execute-api:region:account:api/stage/GET/v1/...` -> everything up to the stage. */
const stageArn = (methodArn: string): string => methodArn.split("/").slice(0, 2).join("/");

type Letting = Exclude<AuthoriserAnswer, { allowed: "nothing" }>;

const resources = (answer: Letting, methodArn: string): string[] =>
  (answer.allowed === "some_routes" ? answer.routes : ["*"]).map((route) => `${stageArn(methodArn)}/${route}`);

const policy = (answer: Letting, methodArn: string): APIGatewayAuthorizerResult => ({
  principalId: answer.principal,
  policyDocument: {
    Version: "2012-10-17",
    Statement: [
      {
        Action: "execute-api:Invoke",
        Effect: "Allow",
        Resource: resources(answer, methodArn),
      },
    ],
  },
  usageIdentifierKey: answer.usage,
  context: { ...answer.context },
});

/** The policy covers the whole stage, because API Gateway reuses it for the bearer's other requests while it is cached. */
export const asTokenAuthoriser =
  (begin: (context: Context, methodArn: string) => void) =>
  (decide: (request: AuthoriserRequest) => Promise<AuthoriserAnswer>) =>
  async (event: APIGatewayTokenAuthorizerEvent, context: Context): Promise<APIGatewayAuthorizerResult> => {
    begin(context, event.methodArn);
    const answer = await decide({ authorization: event.authorizationToken });
    if (answer.allowed === "nothing") throw new Error(UNAUTHORISED);
    return policy(answer, event.methodArn);
  };
