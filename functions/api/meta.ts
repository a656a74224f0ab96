/** Health, and the document that describes the API. */
import type { ROUTES } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { openApiDocument } from "./openapi.ts";
import { ok } from "./reply.ts";

export const health = (): Endpoint<typeof ROUTES.health> => () => Promise.resolve(ok({ status: "ok" }));

export const openapi = (): Endpoint<typeof ROUTES.openapi> => {
  let document: unknown;
  return () => Promise.resolve(ok((document ??= openApiDocument())));
};
