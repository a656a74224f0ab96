/**
 * Puts other parts into Node's own modules for as long as a world runs: one world at a time has the machine. What must stay
 * true: whoever imported a part by its name has the new one, and the old one again when it is put back.
 */
import { syncBuiltinESMExports } from "node:module";

export const put = (module: object, parts: Readonly<Record<string, unknown>>): void => {
  for (const [name, value] of Object.entries(parts))
    Object.defineProperty(module, name, { value, configurable: true, enumerable: true, writable: true });
  syncBuiltinESMExports();
};
