/**
 * A sandbox of one story's own: what halts the lane, kills dispatchers or needs a slower Daraja would disturb everybody
 * else's.
 */
import { connectControl } from "../../sandbox/control/client.ts";
import type { SandboxControl } from "../../sandbox/control/client.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import type { SandboxOptions } from "../../sandbox/sandbox.ts";
import { financeAt } from "../stories/finance.ts";
import type { FinanceDesk } from "../stories/finance.ts";

export interface OwnSandbox extends FinanceDesk {
  readonly control: SandboxControl;
  readonly close: () => Promise<void>;
}

export const ownSandbox = async (options: SandboxOptions = {}): Promise<OwnSandbox> => {
  const sandbox = await startSandbox(options);
  const simulator = sandbox.simulatorUrl ?? "";
  return {
    ...financeAt({ gateway: sandbox.url, simulator }),
    control: connectControl(sandbox.controlUrl),
    close: () => sandbox.close(),
  };
};
