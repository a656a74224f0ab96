/** The properties of API Gateway's resource types that the sandbox obeys. */
import * as z from "zod";

export const RestApiProperties = z.object({
  Name: z.string().default("rest-api"),
  ApiKeySourceType: z.enum(["HEADER", "AUTHORIZER"]).default("HEADER"),
  BinaryMediaTypes: z.array(z.string()).max(0, "binary media types are not run here").optional(),
});

export const ResourceProperties = z.object({ ParentId: z.string(), PathPart: z.string(), RestApiId: z.string() });

const IntegrationResponse = z.object({
  StatusCode: z.string(),
  SelectionPattern: z.string().optional(),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
});

export const MethodProperties = z.object({
  RestApiId: z.string(),
  ResourceId: z.string(),
  HttpMethod: z.string(),
  AuthorizationType: z.enum(["NONE", "CUSTOM"]).default("NONE"),
  AuthorizerId: z.string().optional(),
  ApiKeyRequired: z.boolean().default(false),
  Integration: z.object({
    Type: z.enum(["AWS_PROXY", "MOCK"]),
    Uri: z.string().optional(),
    TimeoutInMillis: z.number().default(29_000),
    IntegrationResponses: z.array(IntegrationResponse).default([]),
  }),
});

export const AuthorizerProperties = z.object({
  RestApiId: z.string(),
  Type: z.enum(["TOKEN", "REQUEST"]),
  AuthorizerUri: z.string(),
  AuthorizerResultTtlInSeconds: z.number().default(300),
  IdentitySource: z.string().default("method.request.header.Authorization"),
  IdentityValidationExpression: z.string().optional(),
});

export const GatewayResponseProperties = z.object({
  RestApiId: z.string(),
  ResponseType: z.string(),
  StatusCode: z.coerce.number().optional(),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
});

export const StageProperties = z.object({
  RestApiId: z.string(),
  StageName: z.string(),
  MethodSettings: z
    .array(
      z.object({
        HttpMethod: z.string(),
        ResourcePath: z.string(),
        ThrottlingRateLimit: z.number().optional(),
        ThrottlingBurstLimit: z.number().optional(),
      }),
    )
    .default([]),
});

const ThrottleSettings = z.object({ RateLimit: z.number(), BurstLimit: z.number() });

export const UsagePlanProperties = z.object({
  UsagePlanName: z.string().optional(),
  ApiStages: z.array(z.object({ ApiId: z.string(), Stage: z.string() })).default([]),
  Throttle: ThrottleSettings.optional(),
  Quota: z.object({ Limit: z.number(), Period: z.enum(["DAY", "WEEK", "MONTH"]) }).optional(),
});

export const UsagePlanKeyProperties = z.object({ KeyId: z.string(), UsagePlanId: z.string() });

export const ApiKeyProperties = z.object({ Value: z.string().optional(), Enabled: z.boolean().default(false) });
