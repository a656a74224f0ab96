/**
 * A local port whose server is started by the first connection. Tests are given its address before anybody knows whether
 * a test will use it, so a run of pure tests never waits for a JVM.
 */
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

export type Target = { readonly url: string; close(): Promise<void> };
export type LazyForwarder = { readonly url: string; close(): Promise<void> };

/** Listens at once; `start` runs once, when the first connection comes, and is closed with the forwarder. */
export const startLazyForwarder = async (start: () => Promise<Target>): Promise<LazyForwarder> => {
  const open = new Set<Socket>();
  let target: Promise<Target> | null = null;
  const server = createServer((socket) => {
    track(open, socket);
    target ??= start();
    target.then(
      ({ url }) => forward(socket, track(open, connect(Number(new URL(url).port), "127.0.0.1"))),
      (error: unknown) => socket.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await (await target?.catch(() => null))?.close();
    },
  };
};

const track = (open: Set<Socket>, socket: Socket): Socket => {
  open.add(socket);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  return socket.once("close", () => open.delete(socket));
};

const forward = (near: Socket, far: Socket): void => {
  near.pipe(far);
  far.pipe(near);
  near.once("close", () => far.destroy());
  far.once("close", () => near.destroy());
};
