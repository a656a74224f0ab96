/**
 * What a world of payouts needs of the machine beside its time: gzip that is done at once, because the machine's own
 * threads keep no virtual time, and encrypted passwords that are the same each time, because fresh ones cost a millisecond
 * to read. What must stay true: afterwards everything is as it was; what is packed and encrypted is what it would be.
 */
import crypto from "node:crypto";
import { Transform } from "node:stream";
import zlib from "node:zlib";
import { put } from "../core/builtins.ts";

/** A stream that does all its work at its end, in the caller's thread. */
const atOnce = (work: (whole: Buffer) => Buffer): Transform => {
  const pieces: Buffer[] = [];
  return new Transform({
    transform: (piece: Buffer, _encoding, done) => {
      pieces.push(piece);
      done();
    },
    flush: (done) => {
      try {
        done(null, work(Buffer.concat(pieces)));
      } catch (fault) {
        done(fault as Error);
      }
    },
  });
};

/** By the key and the text; keys are objects that live as long as their owner. */
const remembering = (work: (key: object, text: Buffer) => Buffer, nameOf: (key: object) => string) => {
  const known = new Map<string, Buffer>();
  return (key: object, text: Buffer): Buffer => {
    const name = `${nameOf(key)} ${text.toString("base64")}`;
    const made = known.get(name) ?? work(key, text);
    known.set(name, made);
    return made;
  };
};

interface Options {
  readonly key: crypto.KeyObject;
  readonly padding: number;
}

const nameOf = (options: object): string => {
  const { key, padding } = options as Options;
  return `${key.type} ${padding} ${key.asymmetricKeyDetails?.modulusLength ?? 0}`;
};

const machine = {
  gzip: zlib.createGzip,
  gunzip: zlib.createGunzip,
  encrypt: crypto.publicEncrypt,
  decrypt: crypto.privateDecrypt,
  publicKey: crypto.createPublicKey,
};
/** Files of a few rows: gzip with less memory than it takes for large ones. */
const SMALL = { level: 1, memLevel: 1, windowBits: 9, chunkSize: 4_096 } as const;
/** One certificate serves all worlds, so what one has encrypted the next may use. */
const encrypt = remembering((options, text) => machine.encrypt(options as Options, text), nameOf);
const decrypt = remembering((options, text) => machine.decrypt(options as Options, text), nameOf);

const publicKeys = new Map<string, crypto.KeyObject>();
const keyOf = (pem: string): crypto.KeyObject => {
  const known = publicKeys.get(pem) ?? machine.publicKey(pem);
  publicKeys.set(pem, known);
  return known;
};

/** Runs `life` with these parts; one world at a time has the machine. */
export const withOwnParts = async <T>(life: () => Promise<T>): Promise<T> => {
  put(zlib, {
    createGzip: () => atOnce((text) => zlib.gzipSync(text, SMALL)),
    createGunzip: () => atOnce((packed) => zlib.gunzipSync(packed, { chunkSize: SMALL.chunkSize })),
  });
  put(crypto, { publicEncrypt: encrypt, privateDecrypt: decrypt, createPublicKey: keyOf });
  try {
    return await life();
  } finally {
    put(zlib, { createGzip: machine.gzip, createGunzip: machine.gunzip });
    const { encrypt: publicEncrypt, decrypt: privateDecrypt, publicKey: createPublicKey } = machine;
    put(crypto, { publicEncrypt, privateDecrypt, createPublicKey });
  }
};
