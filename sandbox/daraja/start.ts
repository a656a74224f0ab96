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
  const port = Number(text ?? DEFAULT_PORT);
  if (text === "" || !Number.isInteger(port) || port < 0 || port > 65_535)
    return fail(`SIMULATOR_PORT must be a port number, not "${text ?? ""}".`);
  return port;
};

const port = portFrom(process.env["SIMULATOR_PORT"]);

try {
  const simulator = await startSimulator({ port });
  const stop = (): void => void simulator.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdout.write(`ready ${simulator.url}\n`);
} catch (error) {
  const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  if (!taken) throw error;
  fail(`Port ${port} is taken: stop what listens there, or choose another with SIMULATOR_PORT.`);
}
