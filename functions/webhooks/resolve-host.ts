/** Finds the addresses behind a host name, as the machine's own resolver knows them, within a few seconds. */
import { lookup } from "node:dns/promises";
import type { Resolve } from "./address-guard.ts";

const LIMIT_MS = 3_000;

export const resolveHost: Resolve = async (host) => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the host name was not resolved in time")), LIMIT_MS);
  });
  try {
    const found = await Promise.race([lookup(host, { all: true, verbatim: true }), late]);
    return found.map(({ address }) => address);
  } finally {
    clearTimeout(timer);
  }
};
