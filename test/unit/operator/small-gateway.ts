/** A gateway of a few lines: takes webhook endpoints and payments over HTTP, and sends signed events to the endpoints. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

export interface Taken {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body: unknown;
}

/** What a payment looks like at each look, the last one for ever. */
export type Looks = readonly Readonly<Record<string, unknown>>[];

const serve = async (answer: Parameters<typeof createServer>[1]) => {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** `refuseDelete`: endpoints stay, whatever is asked. */
export const smallGateway = async (looks: Looks = [], { refuseDelete = false } = {}) => {
  const taken: Taken[] = [];
  const endpoints = new Map<string, string>();
  let looked = 0;
  const payment = () => ({ id: "pay_1", object: "payment", amount: 1500, phone: "2547*****678", ...looks[looked] });

  const route = (method: string, path: string, body: unknown): readonly [number, unknown] => {
    const id = path.split("/").at(-1) ?? "";
    if (method === "POST" && path === "/v1/webhook-endpoints") {
      endpoints.set("whe_1", (body as { url: string }).url);
      return [201, { id: "whe_1", object: "webhook_endpoint", status: "enabled", secrets: { v1: SECRET } }];
    }
    if (method === "GET" && path === "/v1/webhook-endpoints")
      return [
        200,
        {
          object: "list",
          data: ["enabled", "disabled"].map((status) => ({ id: `whe_${status}`, status })),
          next_cursor: null,
        },
      ];
    if (method === "POST" && path.endsWith("/test")) return [202, { object: "webhook_delivery" }];
    if (method === "DELETE" && endpoints.has(id) && !refuseDelete) {
      endpoints.delete(id);
      return [200, { id, object: "webhook_endpoint", deleted: true }];
    }
    if (method === "POST" && path === "/v1/payments")
      return [201, { ...payment(), reference: (body as { reference: string }).reference, client_token: "ct_1" }];
    if (method === "GET" && path === "/v1/payments/pay_1") {
      const seen = payment();
      looked = Math.min(looked + 1, looks.length - 1);
      return [200, seen];
    }
    return [404, { code: "not_found", title: "There is nothing here", detail: "Check the id.", request_id: "req-1" }];
  };

  const server = await serve((request, response) => {
    void (async () => {
      const [method, path] = [request.method ?? "", request.url ?? ""];
      const sent = await text(request);
      const body: unknown = sent === "" ? null : JSON.parse(sent);
      taken.push({ method, path, key: request.headers.authorization ?? "", body });
      const [status, answer] = route(method, path, body);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    })();
  });

  /** Sends an event to the endpoint, as Malipo does; gives the status of the answer. */
  const tell = async (event: object, { secret = SECRET } = {}): Promise<number> => {
    const [body, at] = [JSON.stringify(event), new Date()];
    const url = endpoints.get("whe_1") ?? "";
    const headers = {
      "content-type": "application/json",
      "user-agent": "Malipo",
      "webhook-id": "evt_1",
      "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
      "webhook-signature": new Webhook(secret).sign("evt_1", at, body),
    };
    return (await fetch(url, { method: "POST", headers, body })).status;
  };

  return { ...server, taken, endpoints, tell };
};

/** A shop that answers every webhook with one status, and keeps what it got. */
export const smallShop = async (status: number) => {
  const got: { readonly body: string; readonly headers: IncomingHttpHeaders }[] = [];
  const server = await serve((request, response) => {
    void text(request).then((body) => {
      got.push({ body, headers: request.headers });
      response.writeHead(status, { location: "http://127.0.0.1:1/" }).end();
    });
  });
  return { ...server, got };
};
