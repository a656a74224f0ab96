/** What must be there before anything starts. Each check that fails is one sentence that says what to do. */
import { execFile } from "node:child_process";
import path from "node:path";

import { isPortFree } from "./net/ports.ts";
import { portTaken } from "./net/listen.ts";

const OLDEST_NODE = [20, 19] as const;
const OLDEST_JAVA = 17;

/** Something that the person who starts the sandbox has to change; the message is for them and needs no stack. */
export class CannotStart extends Error {
  override readonly name = "CannotStart";
}

/** Throws unless this Node.js is new enough. `version` is like `20.19.0`. */
export const requireNode = (version: string): void => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new CannotStart(`Malipo needs Node.js ${OLDEST_NODE.join(".")} or newer, and this is ${version}.`);
};

/** The Java program that JAVA_HOME names, or else the PATH's. */
export const javaProgram = (javaHome: string | undefined): string =>
  javaHome === undefined || javaHome === "" ? "java" : path.join(javaHome, "bin", "java");

/** Throws unless `java` runs and is new enough for DynamoDB Local. */
export const requireJava = async (java: string): Promise<void> => {
  const said = await new Promise<string | null>((resolve) => {
    execFile(java, ["-version"], { timeout: 20_000 }, (error, _stdout, stderr) =>
      resolve(error === null ? stderr : null),
    );
  });
  const how = `DynamoDB Local needs Java ${OLDEST_JAVA} or newer: install one, or point JAVA_HOME at it.`;
  if (said === null) throw new CannotStart(`No Java was found. ${how}`);
  const major = javaMajor(said);
  if (major === null) throw new CannotStart(`"${java} -version" did not name a version. ${how}`);
  if (major < OLDEST_JAVA) throw new CannotStart(`The Java that was found is version ${major}. ${how}`);
};

/** The major version in what `java -version` prints; versions before 9 were written 1.8. */
export const javaMajor = (printed: string): number | null => {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(printed) ?? [];
  if (first === undefined) return null;
  return Number(first === "1" ? second : first);
};

/** Throws naming the first port that is taken and the variable that chooses another. */
export const requirePorts = async (ports: Readonly<Record<string, number>>): Promise<void> => {
  for (const [variable, port] of Object.entries(ports)) {
    if (!(await isPortFree(port))) throw new CannotStart(portTaken(port, variable));
  }
};
