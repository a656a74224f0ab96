/**
 * Starts the API reference. Loaded around Scalar's own script: first to keep its schema library from compiling code, which
 * the page's policy forbids, then to show the document. It asks nobody but the address that it came from: no fonts, no
 * proxy, no telemetry, no assistant.
 */
interface Scalar {
  readonly createApiReference: (selector: string, configuration: Readonly<Record<string, unknown>>) => void;
}

declare global {
  // Its library looks for its settings under this name.
  var __zod_globalConfig: { jitless: boolean } | undefined;
  var Scalar: Scalar | undefined;
}

globalThis.__zod_globalConfig = { jitless: true };

const place = document.querySelector<HTMLElement>("#reference");
const mayTry = place?.dataset["mayTry"] === "yes";

document.addEventListener("DOMContentLoaded", () => {
  globalThis.Scalar?.createApiReference("#reference", {
    url: "/docs/openapi.json",
    theme: "default",
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    hideTestRequestButton: !mayTry,
    showDeveloperTools: "never",
    documentDownloadType: "json",
    authentication: { preferredSecurityScheme: "apiKey" },
  });
});

export {};
