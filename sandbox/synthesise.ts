/** Synthesises Malipo's CDK app for this machine. Needs no account and no command line of CDK's. */

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
  const { buildApp } = await import("../lib/app.ts");
  return buildApp({ stage: "local", ...options }).synth().directory;
};
