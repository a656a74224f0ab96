import { createServer } from "node:net";

import { expect, test } from "vitest";

import { createClosing } from "../../../../sandbox/closing.ts";
import { freePort } from "../../../../sandbox/net/ports.ts";
import { javaMajor, javaProgram, requireJava, requireNode, requirePorts } from "../../../../sandbox/preflight.ts";

test.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0"])("Node.js %s is new enough", (version) => {
  expect(() => requireNode(version)).not.toThrow();
});

test.each(["18.20.0", "20.18.9"])("Node.js %s is refused in one sentence", (version) => {
  expect(() => requireNode(version)).toThrow(`Malipo needs Node.js 20.19 or newer, and this is ${version}.`);
});

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_412"', 8],
  ['openjdk version "21" 2023-09-19', 21],
  ["no such thing", null],
])("the version is read from %s", (printed, major) => {
  expect(javaMajor(printed)).toBe(major);
});

test("a missing Java is one sentence that says what to install", async () => {
  await expect(requireJava("/nowhere/java")).rejects.toThrow(
    "No Java was found. DynamoDB Local needs Java 17 or newer",
  );
});

test("JAVA_HOME goes before the PATH", () => {
  expect(javaProgram("/opt/java")).toBe("/opt/java/bin/java");
  expect(javaProgram(undefined)).toBe("java");
});

test("a taken port is named together with the variable that changes it", async () => {
  const port = await freePort();
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(port, "127.0.0.1", resolve));
  await expect(requirePorts({ PORT: 0, SIMULATOR_PORT: port })).rejects.toThrow(
    `Port ${port} is taken. Choose another with SIMULATOR_PORT=<port>.`,
  );
  await new Promise((resolve) => holder.close(resolve));
  await expect(requirePorts({ PORT: 0, SIMULATOR_PORT: port })).resolves.toBeUndefined();
});

test("everything is ended last first, once, and a part that fails does not keep the others", async () => {
  const ended: string[] = [];
  const closing = createClosing();
  closing.add("first", (name) => void ended.push(name));
  closing.add("broken", () => Promise.reject(new Error("stuck")));
  closing.add("last", (name) => void ended.push(name));
  await expect(closing.close()).rejects.toThrow("did not end cleanly");
  await expect(closing.close()).rejects.toThrow("did not end cleanly");
  expect(ended).toEqual(["last", "first"]);
});
