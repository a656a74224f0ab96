/** Synthesises Malipo's CDK app for this machine. Needs no account and no command line of CDK's. */

import { keptBundles } from "./kept-bundles.ts";

export type SynthesisOptions = {
  readonly outdir: string;
  readonly darajaBaseUrl: string;
  readonly callbackBaseUrl: string;
  readonly sweepIntervalSeconds: number;
  /** Payouts a second; undefined keeps the stage's own. */
  readonly bulkPerSecond: number | undefined;
};

/** The directory of the assembly. The app is loaded only now: the CDK library alone takes two seconds. */
export const synthesise = async (options: SynthesisOptions): Promise<string> => {
  const [{ buildApp }, { keepBundlesIn }] = await Promise.all([
    import("../lib/app.ts"),
    import("../lib/constructs/bundling.ts"),
  ]);
  keepBundlesIn(keptBundles);
  return buildApp({ stage: "local", ...options }).synth().directory;
};
