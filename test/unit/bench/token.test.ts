import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { runCrowd } from "../../../bench/token.ts";
import { connect, makeTable } from "../store/database.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "malipo-crowd-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("200 cold callers in 8 processes make one OAuth request and all get its token", { timeout: 60_000 }, async () => {
  const dynamo = connect();
  const table = await makeTable(dynamo, "coordination");
  dynamo.destroy();
  const crowd = { processes: 8, callersEach: 25, directory, dynamoDbUrl: inject("dynamoDbUrl"), table };
  expect(await runCrowd(crowd)).toEqual({ callers: 200, tokens: 1, oauthRequests: 1 });
});
