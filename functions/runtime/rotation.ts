/** A Lambda that Secrets Manager calls for each step of a rotation; it waits, and begins the rotation again after a fault. */
import type { Context } from "aws-lambda";
import * as z from "zod";

/** What Secrets Manager sends (its user guide, "Rotation by Lambda function"). */
const Event = z.looseObject({
  Step: z.enum(["createSecret", "setSecret", "testSecret", "finishSecret"]),
  SecretId: z.string().min(1),
  ClientRequestToken: z.string().min(1),
});

export interface RotationStep {
  readonly step: z.infer<typeof Event>["Step"];
  /** The secret's ARN. */
  readonly secret: string;
  /** The version that is being made. */
  readonly version: string;
}

export const onRotation =
  (begin: (context: Context) => void) =>
  (run: (asked: RotationStep) => Promise<void>) =>
  (event: unknown, context: Context): Promise<void> => {
    begin(context);
    const { Step: step, SecretId: secret, ClientRequestToken: version } = Event.parse(event);
    return run({ step, secret, version });
  };
