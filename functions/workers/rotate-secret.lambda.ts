import { clock, log } from "../wiring.ts";
import { overRotation } from "../wiring-doors.ts";
import { newSecretValue, rotorOf, secretVersions } from "../wiring-rotation.ts";
import { rotateSecret } from "./rotate-secret.ts";

export const handler = overRotation(
  rotateSecret({ versions: secretVersions(), rotorOf, newValue: newSecretValue, clock, log }),
);
