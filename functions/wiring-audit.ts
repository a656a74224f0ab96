/** The composition root of the archive: see wiring.ts, which it stands on. */
import { createArchive } from "./runtime/archive.ts";
import type { Archive } from "./runtime/archive.ts";
import { env } from "./runtime/env.ts";
import { createS3 } from "./runtime/files.ts";
import { lazy } from "./runtime/lazy.ts";

const s3 = /* @__PURE__ */ lazy(createS3);

export const archive = /* @__PURE__ */ lazy((): Archive => createArchive({ s3, bucket: env.archiveBucket }));
