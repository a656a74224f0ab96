/**
 * Keeps objects in a directory, so that buckets outlive the process as tables do: fauxqs has them in memory alone. What
 * must stay true: a write is answered only once it is in the directory, whole; a restart finds what was answered. An
 * object is dated anew by a restart.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

import { s3Target } from "../door/s3-operation.ts";
import type { Store } from "./store.ts";

/** The first line of an object's file; its bytes follow. */
const Head = z.strictObject({ url: z.string(), headers: z.record(z.string(), z.string()) });
type Head = z.infer<typeof Head>;

const KEPT_HEADERS = /^(content-(type|encoding|disposition|language)|cache-control|x-amz-(meta|checksum)-.+)$/;
const CHANGING = new Set(["PUT", "POST", "DELETE"]);

/** The store, with what `directory` holds put back into it; each change is kept there from now on. */
export const keepObjects = async (store: Store, directory: string): Promise<Store> => {
  mkdirSync(directory, { recursive: true });
  const kept = new Set<string>();
  const fileOf = (url: string): string => path.join(directory, createHash("sha256").update(url).digest("hex"));

  const keep = async (url: string): Promise<void> => {
    const found = await store.ask({ method: "GET", url, headers: { "x-amz-checksum-mode": "ENABLED" } });
    const file = fileOf(url);
    if (found.status === 200) {
      write(file, { url, headers: keptOf(found.headers) }, Buffer.from(found.body));
      kept.add(url);
    } else {
      rmSync(file, { force: true });
      kept.delete(url);
    }
  };

  for (const name of readdirSync(directory).filter((each) => !each.endsWith(ASIDE))) {
    const { head, body } = read(path.join(directory, name));
    await store.ask({ method: "PUT", url: head.url, headers: head.headers, body });
    kept.add(head.url);
  }

  return {
    close: () => store.close(),
    async ask(request) {
      const answer = await store.ask(request);
      if (!CHANGING.has(request.method) || answer.status >= 300) return answer;
      const [url = "/"] = request.url.split("?");
      const { bucket, key } = s3Target(url);
      if (key !== "") await keep(url);
      else for (const each of kept) if (s3Target(each).bucket === bucket) await keep(each);
      return answer;
    },
  };
};

const keptOf = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT_HEADERS.test(name)));

const ASIDE = ".new";

/** Written aside and moved into place, so that nobody ever reads half of it. */
const write = (file: string, head: Head, body: Buffer): void => {
  const aside = `${file}.${randomUUID()}${ASIDE}`;
  writeFileSync(aside, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]));
  renameSync(aside, file);
};

const read = (file: string): { readonly head: Head; readonly body: Buffer } => {
  const bytes = readFileSync(file);
  const end = bytes.indexOf("\n");
  return { head: Head.parse(JSON.parse(bytes.subarray(0, end).toString("utf8"))), body: bytes.subarray(end + 1) };
};
