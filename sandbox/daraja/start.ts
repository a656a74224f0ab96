/**
 * `npm run simulator`: the simulator alone, until Ctrl-C. `SIMULATOR_PORT` chooses the port.
 */
import { startSimulator } from "./server.ts";

const DEFAULT_PORT = 8081;

const fail = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

const portFrom = (text: string | undefined): number => {
  if (text === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  return port <= 65_535 ? port : fail(`SIMULATOR_PORT must be a port number from 0 to 65535, not "${text}".`);
};

const port = portFrom(process.env["SIMULATOR_PORT"]);

try {
  const simulator = await startSimulator({ port });
  const stop = (): void => void simulator.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdout.write(`ready ${simulator.url}\n`);
} catch (error) {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    fail(`Port ${port} is taken: stop what listens there, or choose another with SIMULATOR_PORT.`);
  if (code === "EACCES") fail(`Port ${port} may not be opened by this user: choose another with SIMULATOR_PORT.`);
  throw error;
}
