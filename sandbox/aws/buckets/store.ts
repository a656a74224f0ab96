/** fauxqs as a store of objects: asked in this process, without a port of its own. */
import { buildApp } from "fauxqs";

import type { Headers } from "./cors.ts";

/** What is stored by one request; the door lets no more through. */
export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE"] as const;

export type StoreRequest = {
  readonly method: string;
  /** Path-style: `/bucket/key?query`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: Buffer;
};
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Buffer | string };

export type Store = {
  ask(request: StoreRequest): Promise<Answer>;
  close(): Promise<void>;
};

export const openStore = async (buckets: readonly string[]): Promise<Store> => {
  const app = buildApp({ logger: false });
  app.removeContentTypeParser("*"); // fauxqs takes 11 MB on its own; an uploaded statement may be larger
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MAX_OBJECT_BYTES }, (_request, body, done) => {
    done(null, body);
  });
  const store: Store = {
    async ask({ method, url, headers = {}, body = Buffer.alloc(0) }) {
      const known = METHODS.find((each) => each === method);
      if (known === undefined) return { status: 405, headers: {}, body: "" };
      const sent = { ...headers, host: "127.0.0.1" }; // a name would be taken for a bucket's
      const answer = await app.inject({ method: known, url, headers: sent, payload: body });
      return { status: answer.statusCode, headers: textHeaders(answer.headers), body: answer.rawPayload };
    },
    close: () => app.close(),
  };
  for (const bucket of buckets) await store.ask({ method: "PUT", url: `/${bucket}` });
  return store;
};

const OF_THE_CONNECTION = new Set(["connection", "transfer-encoding", "keep-alive", "date"]);

const textHeaders = (headers: Readonly<Record<string, number | string | string[] | undefined>>): Headers =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || OF_THE_CONNECTION.has(name) ? [] : [[name, String(value)]],
    ),
  );
