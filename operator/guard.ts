/** `npm run guard`: judges a deployment before it is made, with the AWS credentials of whoever runs it. Composition only. */
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { guardCommand } from "./guard-command.ts";
import { cloudFormationPlace, cloudFormationTemplates } from "./guard/sources.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

const run = (): Promise<void> =>
  guardCommand(
    {
      terminal: processTerminal,
      deployed: (stackName) => cloudFormationTemplates(new CloudFormationClient({}))(stackName),
      place: (stage) => cloudFormationPlace(new CloudFormationClient({}))(stage),
      today: () => new Date().toISOString().slice(0, 10),
    },
    process.argv.slice(2),
  );

process.exitCode = await toExitStatus(processTerminal, run);
