/** On, off, or ended for good: what a loop asks before each round. */

export type Switch = {
  isOn(): boolean;
  turnOn(): void;
  turnOff(): void;
  /** Ends it: nobody waits any longer. */
  end(): void;
  /** Resolves with true once it is on, with false once it has ended. */
  whenOn(): Promise<boolean>;
};

export const createSwitch = (): Switch => {
  let state: "on" | "off" | "ended" = "off";
  const waiting: (() => void)[] = [];
  const change = (to: "on" | "off" | "ended"): void => {
    if (state !== "ended") state = to;
    if (state !== "off") for (const wake of waiting.splice(0)) wake();
  };
  return {
    isOn: () => state === "on",
    turnOn: () => change("on"),
    turnOff: () => change("off"),
    end: () => change("ended"),
    async whenOn() {
      while (state === "off") await new Promise<void>((resolve) => waiting.push(resolve));
      return state === "on";
    },
  };
};
