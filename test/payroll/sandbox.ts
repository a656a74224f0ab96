/**
 * A sandbox of one story's own: what halts the lane, kills dispatchers or needs a slower Daraja would disturb everybody
 * else's.
 */
import { randomUUID } from "node:crypto";
import { connectControl } from "../../sandbox/control/client.ts";
import type { SandboxControl } from "../../sandbox/control/client.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import type { Sandbox, SandboxOptions } from "../../sandbox/sandbox.ts";
import { financeAt } from "../stories/finance.ts";
import type { FinanceDesk } from "../stories/finance.ts";

export interface OwnSandbox extends FinanceDesk {
  /** The gateway's address. */
  readonly url: string;
  readonly control: SandboxControl;
  /** What `npm run credentials -- put` does with another password and all else as it was. */
  readonly storePassword: (password: string) => void;
  /** A file of M-PESA's portal. */
  readonly download: (path: string) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

const storePassword = ({ secrets, deployment }: Sandbox, password: string): void => {
  const secret = secrets.find(deployment.output("DarajaSecretArn") ?? "");
  const current = secret?.versions.find(({ stages }) => stages.includes("AWSCURRENT"));
  if (!secret || !current?.value) throw new Error("the sandbox has no Daraja credentials");
  const value = JSON.stringify({ ...(JSON.parse(current.value) as object), initiator_password: password });
  secrets.put(secret, { id: randomUUID(), value, stages: ["AWSCURRENT"] });
};

export const ownSandbox = async (options: SandboxOptions = {}): Promise<OwnSandbox> => {
  const sandbox = await startSandbox(options);
  const simulator = sandbox.simulatorUrl ?? "";
  return {
    ...financeAt({ gateway: sandbox.url, simulator }),
    url: sandbox.url,
    control: connectControl(sandbox.controlUrl),
    download: async (path) => {
      const response = await fetch(`${simulator}${path}`);
      if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
      return new Uint8Array(await response.arrayBuffer());
    },
    storePassword: (password) => storePassword(sandbox, password),
    close: () => sandbox.close(),
  };
};
