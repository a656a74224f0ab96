/**
 * `npm run test:killed`: a ledger that was killed under load, lost and restored. A run of its own, because it takes minutes
 * that `npm test` does not have.
 */
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: { include: ["test/kill/*.test.ts"], testTimeout: 300_000 },
});
