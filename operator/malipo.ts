/**
 * `npm run malipo`: a developer's own window on a gateway, the sandbox's unless another is named. Hears its webhooks,
 * makes events happen, asks a phone for money. Composition only.
 */
import { createMalipo } from "../web/client/src/malipo.ts";
import { systemClock } from "../web/client/src/clock.ts";
import { malipoCommand } from "./malipo/malipo-command.ts";
import { paintFor } from "./malipo/paint.ts";
import { openReceiver } from "./malipo/receiver.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

process.exitCode = await toExitStatus(processTerminal, () =>
  malipoCommand(
    {
      connect: (baseUrl, key) => createMalipo({ baseUrl, key }),
      openReceiver,
      fetch,
      clock: systemClock,
      terminal: processTerminal,
      paint: paintFor(process.stdout, process.env),
      keyFromEnvironment: process.env["MALIPO_KEY"],
      signal: stop.signal,
    },
    process.argv.slice(2),
  ),
);
