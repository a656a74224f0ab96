import { clock, log } from "../wiring.ts";
import { overApi } from "../wiring-doors.ts";
import { files, newStatementId, owner, shortcodes, statements } from "../wiring-statements.ts";
import { STATEMENT_ROUTES } from "./contract-statements.ts";
import { mount } from "./endpoint.ts";
import { listStatements, readStatement } from "./read-statements.ts";
import { startStatement } from "./start-statement.ts";

const reading = { statements: statements(), owner };
const starting = { ...reading, files, shortcodes, newId: newStatementId, clock, log };

export const handler = overApi([
  mount(STATEMENT_ROUTES.startStatement, startStatement(starting)),
  mount(STATEMENT_ROUTES.readStatement, readStatement(reading)),
  mount(STATEMENT_ROUTES.listStatements, listStatements(reading)),
]);
