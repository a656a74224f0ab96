/**
 * The documentation's pages, as CloudFront would serve them: built from the tree, in memory, when somebody first asks for
 * one. A build that fails is tried again by the next who asks.
 */
import { DOCS_PREFIX, fileOfAddress } from "../../lib/page-headers.ts";
import type { GatewayAnswer } from "../aws/rest-api/exchange.ts";
import { pageAnswer } from "./page-answer.ts";

type Files = ReadonlyMap<string, GatewayAnswer>;

const build = async (): Promise<Files> => {
  const { buildDocs } = await import("../../web/docs/build.ts");
  const files = await buildDocs({ apiBaseUrl: null });
  return new Map(
    files.map(({ name, body }) => {
      const file = `/${DOCS_PREFIX}${name}`;
      return [file, pageAnswer(file, Buffer.from(body))];
    }),
  );
};

/** Answers for `/docs` and everything below; null for other paths and for pages that there are not. */
export const createDocsFiles = (): ((address: string) => Promise<GatewayAnswer | null>) => {
  let files: Promise<Files> | undefined;
  const built = (): Promise<Files> =>
    (files ??= build().catch((fault: unknown) => {
      files = undefined;
      throw fault;
    }));
  return async (address) => {
    if (address !== "/docs" && !address.startsWith(`/${DOCS_PREFIX}`)) return null;
    return (await built()).get(fileOfAddress(address)) ?? null;
  };
};
