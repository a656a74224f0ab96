/** What a deployment is made of: exact versions, a bill of materials that has all of it, and no secret in the tree. */
import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ROOT } from "../../lib/constructs/bundling.ts";

const run = promisify(execFile);
const Versions = z.record(z.string(), z.string());
const manifest = z
  .object({ dependencies: Versions, devDependencies: Versions })
  .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));

describe("packages", () => {
  it("are asked for in one exact version each", () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
      expect(version, name).toMatch(/^(npm:[a-z-]+@)?\d+\.\d+\.\d+$/);
  });

  it("come by their hash, from wherever a registry is", () => {
    const lock = z
      .object({
        packages: z.record(
          z.string(),
          z.object({
            integrity: z.string().optional(),
            resolved: z.string().optional(),
            /** It comes inside of another package, under that one's hash. */
            inBundle: z.boolean().optional(),
          }),
        ),
      })
      .parse(JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")));
    const installed = Object.entries(lock.packages).filter(([path, { inBundle }]) => path !== "" && inBundle !== true);
    expect(installed.length).toBeGreaterThan(100);
    for (const [path, { integrity, resolved }] of installed) {
      expect(integrity, path).toMatch(/^sha512-/);
      expect(resolved, path).toBeUndefined();
    }
  });
});

it("the bill of materials has every package that is bundled into a function, in its version", async () => {
  const { stdout } = await run("npm", ["run", "--silent", "sbom"], {
    cwd: ROOT,
    maxBuffer: 32 * 1024 * 1024,
  });
  const bill = z
    .object({
      bomFormat: z.literal("CycloneDX"),
      components: z.array(z.object({ group: z.string().optional(), name: z.string(), version: z.string() })),
    })
    .parse(JSON.parse(stdout));
  const billed = new Set(bill.components.map(({ name, version }) => `${name} ${version}`));
  const listed = [
    ...readFileSync(join(ROOT, "docs/licences.md"), "utf8").matchAll(/^\| `(\S+)` +\| (\S+) .*functions/gm),
  ];
  expect(listed.length).toBeGreaterThan(20);
  for (const [, name, version] of listed) expect(billed).toContain(`${name} ${version}`);
});

/** What the scanner says of a file with this text. */
const scan = (text: string): Promise<{ code: number | null; said: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      join(ROOT, "node_modules/.bin/secretlint"),
      ["--maskSecrets", "--stdinFileName", "functions/settings.ts"],
      { cwd: ROOT },
    );
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, said }));
    child.stdin.end(text);
  });

describe("the scanner of the gate `secrets`", () => {
  it("finds an AWS account's key and a GitHub token, and does not repeat them", async () => {
    const key = ["wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYzzzzzzzKEY"].join("/");
    const token = ["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_");
    const { code, said } = await scan(`AWS_SECRET_ACCESS_KEY = ${key}\nconst token = "${token}";\n`);
    expect(code).toBe(1);
    expect(said).toMatch(/AWSSecretAccessKey/);
    expect(said).toMatch(/GITHUB_TOKEN/);
    expect(said).not.toContain(key);
    expect(said).not.toContain(token);
  });

  it("lets a file without one pass", async () => {
    expect((await scan('export const RATE = "10";\n')).code).toBe(0);
  });
});
