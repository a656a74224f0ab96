/**
 * What a world of webhooks needs of the machine beside its time: requests over TLS that go to the world's own internet, the
 * timeouts that are set around them, and keys that are read once, because reading one takes longer than signing with it.
 * What must stay true: afterwards everything is as it was.
 */
import crypto from "node:crypto";
import https from "node:https";
import zlib from "node:zlib";
import { put } from "../core/builtins.ts";
import type { VirtualTime } from "../core/virtual-time.ts";

/** Files of a few rows: gzip with less memory than it takes for large ones. */
const SMALL = { level: 1, memLevel: 1, windowBits: 9, chunkSize: 4_096 } as const;

const machine = {
  request: https.request,
  gzip: zlib.gzipSync,
  privateKey: crypto.createPrivateKey,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
};

interface Pkcs8 {
  readonly key: Buffer;
  readonly format: "der";
  readonly type: "pkcs8";
}

/** As `createPrivateKey`, each key read once. */
const rememberedKeys = () => {
  const known = new Map<string, crypto.KeyObject>();
  return (pkcs8: Pkcs8): crypto.KeyObject => {
    const name = pkcs8.key.toString("latin1");
    const read = known.get(name) ?? machine.privateKey(pkcs8);
    known.set(name, read);
    return read;
  };
};

/** A timeout of the world's. */
class Alarm {
  readonly cancel: () => void;
  constructor(cancel: () => void) {
    this.cancel = cancel;
  }
}

/** Runs `life` with these parts. */
export const withOwnParts = async <T>(
  { time, request }: { readonly time: Pick<VirtualTime, "after">; readonly request: unknown },
  life: () => Promise<T>,
): Promise<T> => {
  const global = globalThis as { setTimeout: unknown; clearTimeout: unknown };
  put(https, { request });
  put(crypto, { createPrivateKey: rememberedKeys() });
  put(zlib, { gzipSync: (text: string) => machine.gzip(text, SMALL) });
  global.setTimeout = (run: () => void, ms: number) => new Alarm(time.after(ms, run));
  global.clearTimeout = (timer: unknown) =>
    timer instanceof Alarm ? timer.cancel() : machine.clearTimeout(timer as NodeJS.Timeout);
  try {
    return await life();
  } finally {
    put(https, { request: machine.request });
    put(crypto, { createPrivateKey: machine.privateKey });
    put(zlib, { gzipSync: machine.gzip });
    global.setTimeout = machine.setTimeout;
    global.clearTimeout = machine.clearTimeout;
  }
};
