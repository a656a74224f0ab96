/** Ports of the loopback: free ones, for servers whose address has to be known before they listen, and whether a given one is free. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ports that systems give to outgoing connections (from 32768 on Linux, from 49152 elsewhere): one of those is
 * taken again while somebody still prepares to listen on it.
 */
const FIRST = 15_000;
const LAST = 32_000;
const TRIES = 50;

/** Whether `port` can be listened on; 0, which means any, always can. */
export const isPortFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });

/** Nobody listens on it now, and hardly anybody will by chance. */
export const freePort = async (): Promise<number> => {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = randomInt(FIRST, LAST);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`No free port was found between ${FIRST} and ${LAST}. Choose one with PORT=<port>.`);
};
