/** Starting and ending HTTP servers of the loopback. */
import type { Server } from "node:http";

export type Listening = { readonly url: string; readonly port: number; close(): Promise<void> };

/** Listens on 127.0.0.1. Rejects with one clear sentence when the port is taken; `variable` says how to choose another. */
export const listen = (server: Server, port: number, variable?: string): Promise<Listening> =>
  new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new Error(portTaken(port, variable)) : error);
    });
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const actual = typeof address === "object" && address !== null ? address.port : port;
      resolve({ url: `http://127.0.0.1:${actual}`, port: actual, close: () => close(server) });
    });
  });

export const portTaken = (port: number, variable: string | undefined): string =>
  `Port ${port} is taken.${variable === undefined ? "" : ` Choose another with ${variable}=<port>.`}`;

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
