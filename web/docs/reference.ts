/**
 * The API reference: Scalar's own script, taken from the package that carries it, and a page that starts it. What must stay
 * true: the page loads files of this site and nothing else, and has no script inside it.
 */
import scalar from "@scalar/fastify-api-reference";
import { fastify } from "fastify";
import { escapeHtml } from "./html.ts";
import { head } from "./shell.ts";
import type { Assets } from "./shell.ts";

/** Scalar's script for browsers, as its plugin would serve it. Throws when the plugin serves none. */
export const scalarScript = async (): Promise<Buffer> => {
  const server = fastify();
  try {
    await server.register(scalar, { routePrefix: "/reference", configuration: { url: "/openapi.json" } });
    const answer = await server.inject("/reference/js/scalar.js");
    if (answer.statusCode !== 200) throw new Error(`Scalar's plugin answered ${answer.statusCode} for its script.`);
    return answer.rawPayload;
  } finally {
    await server.close();
  }
};

export interface ReferenceAssets extends Assets {
  /** Scalar's script. */
  readonly scalar: string;
  /** What starts it, as a plain script: it has to run before Scalar's. */
  readonly starter: string;
  readonly referenceStyle: string;
}

/** The page at `/docs/api`. `mayTry`: requests can be sent from it, because it comes from the API's own address. */
export const referencePage = (assets: ReferenceAssets, mayTry: boolean): string => `<!doctype html>
<html lang="en">
  <head>
    ${head({ title: "API reference", description: "Every operation of Malipo's API, with its requests, answers and errors." }, assets)}
    <link rel="stylesheet" href="${assets.referenceStyle}" />
  </head>
  <body>
    <header class="top">
      <a class="name" href="/docs"><img src="${escapeHtml(assets.icon)}" alt="" width="28" height="28" />Malipo</a>
      <a class="to-guides" href="/docs">Guides</a>
    </header>
    <div id="reference" data-may-try="${mayTry ? "yes" : "no"}"></div>
    <noscript><p>This page needs JavaScript. The same description for machines: <a href="/docs/openapi.json">OpenAPI 3.1</a>.</p></noscript>
    <script src="${assets.starter}"></script>
    <script src="${assets.scalar}"></script>
  </body>
</html>
`;
