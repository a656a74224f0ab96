/** A shop's page at an address of its own, with the button on it as its owner would write it, for the button's tests. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Shop {
  /** The page whose button pays the session behind `link`; `attributes` are written beside it. */
  readonly page: (link: string, attributes?: string) => string;
  readonly close: () => Promise<void>;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

const html = (gateway: string, link: string, attributes: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Duka</title>
    <link rel="icon" href="data:," />
    <script src="${gateway}/checkout/button.js" async></script>
  </head>
  <body>
    <main>
      <h1>Your order</h1>
      <p>Two chairs, KSh 1,500</p>
      <malipo-button session="${escaped(link)}" ${attributes}></malipo-button>
    </main>
  </body>
</html>`;

/** The shop lets its page run the button and its socket, and nothing else. */
const policy = (gateway: string): string =>
  `default-src 'none'; script-src ${gateway}; connect-src ${gateway.replace("http", "ws")}; img-src data:`;

export const openShop = async (gateway: string): Promise<Shop> => {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://shop");
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy(gateway),
    });
    response.end(html(gateway, searchParams.get("link") ?? "", searchParams.get("attributes") ?? ""));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    page: (link, attributes = "") => {
      const query = new URLSearchParams({ link, attributes });
      return `http://localhost:${port}/?${query.toString()}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
