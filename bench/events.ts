/** The events that API Gateway hands to the measured handlers, field for field as a proxy integration does. */
import { randomUUID } from "node:crypto";
import { newPhone } from "./rig.ts";

interface Shape {
  readonly method: string;
  readonly resource: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>> | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly authorizer: Readonly<Record<string, string>> | null;
  readonly sourceIp: string;
  readonly body: string | null;
}

const SENT_BY_ALL = {
  Accept: "*/*",
  "Content-Type": "application/json",
  Host: "api.example.co.ke",
  "User-Agent": "storefront/1.0",
  "X-Amzn-Trace-Id": "Root=1-6920a4d0-0123456789abcdef01234567",
  "X-Forwarded-For": "196.201.214.200",
  "X-Forwarded-Port": "443",
  "X-Forwarded-Proto": "https",
} as const;

const grouped = (values: Readonly<Record<string, string>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));

const proxyEvent = (shape: Shape) => {
  const headers = { ...SENT_BY_ALL, ...shape.headers };
  return {
    resource: shape.resource,
    path: shape.path,
    httpMethod: shape.method,
    headers,
    multiValueHeaders: grouped(headers),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: shape.parameters,
    stageVariables: null,
    requestContext: {
      resourceId: "a1b2c3",
      resourcePath: shape.resource,
      httpMethod: shape.method,
      extendedRequestId: "YXBpLWlkLTEyMz0=",
      requestTime: "21/Nov/2026:17:13:00 +0000",
      path: `/production${shape.path}`,
      accountId: "000000000000",
      protocol: "HTTP/1.1",
      stage: "production",
      domainPrefix: "api",
      requestTimeEpoch: Date.now(),
      requestId: randomUUID(),
      identity: { sourceIp: shape.sourceIp, userAgent: "storefront/1.0", accessKey: null, user: null },
      domainName: "api.example.co.ke",
      apiId: "a1b2c3d4e5",
      ...(shape.authorizer === null ? {} : { authorizer: shape.authorizer }),
    },
    body: shape.body,
    isBase64Encoded: false,
  };
};

/** What the authoriser says about a storefront's key. */
const AUTHORISED = {
  principalId: "key_0123456789abcdef",
  integrationLatency: "4",
  kind: "key",
  key_id: "key_0123456789abcdef",
  storefront: "demo",
  scopes: "payments:write payments:read refunds:write webhooks:write",
} as const;

/** GET /v1/payments/{id}. */
export const pollEvent = (id: string): unknown =>
  proxyEvent({
    method: "GET",
    resource: "/v1/payments/{id}",
    path: `/v1/payments/${id}`,
    parameters: { id },
    headers: { Authorization: "Bearer sk_test_storefront" },
    authorizer: AUTHORISED,
    sourceIp: "196.201.214.10",
    body: null,
  });

/** POST /v1/payments with a key, a phone and an order of its own. */
export const startEvent = (): unknown =>
  proxyEvent({
    method: "POST",
    resource: "/v1/payments",
    path: "/v1/payments",
    parameters: null,
    headers: { Authorization: "Bearer sk_test_storefront", "Idempotency-Key": `order-${randomUUID()}` },
    authorizer: AUTHORISED,
    sourceIp: "196.201.214.10",
    body: JSON.stringify({
      amount: 1500,
      phone: newPhone(),
      reference: `INV-${randomUUID().slice(0, 8)}`,
      description: "Order 1001",
    }),
  });

export interface TakenPush {
  readonly callbackUrl: string;
  readonly phone: string;
  readonly checkoutId: string;
  readonly merchantId: string;
  readonly receipt: string;
}

/** `/callbacks/v1/stk/<payment id>/<token>`. */
const placeOf = (callbackUrl: string) => {
  const path = new URL(callbackUrl).pathname;
  const [, , , , id = "", token = ""] = path.split("/");
  return { path, id, token };
};

/** The payment that a push was for. */
export const paymentOf = (push: TakenPush): string => placeOf(push.callbackUrl).id;

/** Safaricom's word that a push was paid, in its own shape. */
export const callbackEvent = (push: TakenPush): unknown => {
  const { path, id, token } = placeOf(push.callbackUrl);
  return proxyEvent({
    method: "POST",
    resource: "/callbacks/v1/stk/{id}/{token}",
    path,
    parameters: { id, token },
    headers: {},
    authorizer: null,
    sourceIp: "127.0.0.1",
    body: JSON.stringify({
      Body: {
        stkCallback: {
          MerchantRequestID: push.merchantId,
          CheckoutRequestID: push.checkoutId,
          ResultCode: 0,
          ResultDesc: "The service request is processed successfully.",
          CallbackMetadata: {
            Item: [
              { Name: "Amount", Value: 1500 },
              { Name: "MpesaReceiptNumber", Value: push.receipt },
              { Name: "Balance" },
              { Name: "TransactionDate", Value: 20261121170000 },
              { Name: "PhoneNumber", Value: Number(push.phone) },
            ],
          },
        },
      },
    }),
  });
};
