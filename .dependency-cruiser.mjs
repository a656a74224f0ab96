/**
 * Which room may know which. Malipo's rooms form one direction (doors -> payments, payouts -> store, daraja -> domain) and what
 * keeps it so is here, one rule for one reason. `npm run imports` holds the tree to it; type-only imports count, except
 * where a rule says that a type may cross.
 */

const ROOMS = "^(bin|lib|functions|operator|sandbox|web|bench|scripts|test)/";
const DOORS = "^functions/(api|callbacks|workers|live)/";
/** The composition roots: one for all, and one for what only payouts need. */
const WIRING = "^functions/wiring[a-z0-9-]*[.]ts$";
/** What the API says about itself, as data. */
const API_DATA = [
  "^functions/api/(contract|requests|responses|problems|problem-kind|conflicts)[.]ts$",
  "^functions/api/(contract|requests|responses|problems)-[a-z0-9]+[.]ts$",
];
const TYPE_ONLY = ["type-only"];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-cycles",
      comment:
        "Two modules that need each other are one module in two files; of types alone, they are one idea in two.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphans",
      comment: "What nobody imports and nobody starts is dead, or was meant to be wired in and was forgotten.",
      severity: "error",
      from: {
        orphan: true,
        path: ROOMS,
        pathNot: ["[.]lambda[.]ts$", "[.]test[.]ts$", "[.]d[.]ts$", "^sandbox/(daraja/)?pages/", "^web/docs/page/"],
      },
      to: {},
    },
    {
      name: "no-barrels",
      comment: "A barrel loads a whole room to get one thing, which a cold start pays for, and hides who uses what.",
      severity: "error",
      from: {},
      to: { path: "(^|/)index[.](ts|mjs|js)$", pathNot: "(^|/)node_modules/" },
    },
    {
      name: "no-rooms-without-a-name",
      comment: "utils, helpers, common and shared say nothing about what is in them, so everything ends up there.",
      severity: "error",
      from: {},
      to: { path: "(^|/)(utils?|helpers?|common|shared)([.]ts$|/)", pathNot: "(^|/)node_modules/" },
    },
    {
      name: "nothing-unresolvable",
      comment: "An import that resolves to nothing fails at the first cold start.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "nothing-unlisted",
      comment: "A package that only another package brought along disappears with that one's next release.",
      severity: "error",
      from: { path: ROOMS },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"], pathNot: "^node_modules/@types/" },
    },
    {
      name: "functions-deploy-without-tools",
      comment: "What runs in a Lambda is bundled from `dependencies`; a development tool there would be deployed.",
      severity: "error",
      from: { path: "^functions/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: TYPE_ONLY },
    },
    {
      name: "functions-know-only-functions",
      comment: "The gateway runs without the stack, the sandbox, the tests and the operator's commands.",
      severity: "error",
      from: { path: "^functions/" },
      to: { path: ROOMS, pathNot: "^functions/" },
    },
    {
      name: "domain-is-pure",
      comment:
        "The rules of money depend on nothing that can be slow, fail or change: themselves, zod and hashing. That is why they can be tested by laws.",
      severity: "error",
      from: { path: "^functions/domain/" },
      to: { pathNot: ["^functions/domain/", "^node_modules/zod/", "^(node:)?crypto$"] },
    },
    {
      name: "daraja-knows-no-aws",
      comment:
        "Safaricom's wire is spoken the same everywhere. The room gets its token, its pace and its clock as arguments, so it runs, and is tested, without an account.",
      severity: "error",
      from: { path: "^functions/daraja/" },
      to: {
        path: ["^functions/", "^node_modules/(@aws-|aws-)", "^node_modules/@types/aws-lambda/"],
        pathNot: ["^functions/daraja/", "^functions/domain/"],
      },
    },
    {
      name: "store-knows-no-doors",
      comment:
        "The store keeps what it is told. It implements the ports that Daraja's client declares, and needs their types alone.",
      severity: "error",
      from: { path: "^functions/store/" },
      to: { path: "^functions/", pathNot: ["^functions/store/", "^functions/domain/", "^functions/daraja/"] },
    },
    {
      name: "store-takes-types-of-daraja",
      comment: "Speaking to Safaricom from inside a ledger write would make a payment's record wait for a stranger.",
      severity: "error",
      from: { path: "^functions/store/" },
      to: { path: "^functions/daraja/", dependencyTypesNot: TYPE_ONLY },
    },
    {
      name: "runtime-knows-no-business",
      comment: "Logging, secrets and HTTP serve every door alike; one that knew payments would be a door.",
      severity: "error",
      from: { path: "^functions/runtime/" },
      to: { path: "^functions/", pathNot: ["^functions/runtime/", "^functions/domain/"] },
    },
    {
      name: "only-store-touches-dynamodb",
      comment:
        "Every read and write of the ledger is in one room, so its conditions, which are what keeps money safe, are too.",
      severity: "error",
      from: { path: "^functions/", pathNot: ["^functions/(store|runtime)/", WIRING] },
      to: { path: "^node_modules/@aws-sdk/(client|lib)-dynamodb/" },
    },
    {
      name: "runtime-hands-dynamodb-on",
      comment:
        "Powertools wants the client, so runtime and the composition root know its type; they never make one and never call it.",
      severity: "error",
      from: { path: ["^functions/runtime/", WIRING] },
      to: { path: "^node_modules/@aws-sdk/(client|lib)-dynamodb/", dependencyTypesNot: TYPE_ONLY },
    },
    {
      name: "only-runtime-touches-lambda",
      comment:
        "Powertools, Lambda's types and the other AWS clients stay behind runtime: masking and limits sit there, and nothing gets around them.",
      severity: "error",
      from: { path: "^functions/", pathNot: ["^functions/(runtime|store)/", WIRING] },
      to: {
        path: ["^node_modules/(@aws-lambda-powertools|@types/aws-lambda)/", "^node_modules/@aws-sdk/(client|s3)-"],
        pathNot: "^node_modules/@aws-sdk/client-dynamodb/",
      },
    },
    {
      name: "store-touches-only-dynamodb",
      comment: "The other AWS clients, and Lambda itself, are runtime's.",
      severity: "error",
      from: { path: "^functions/store/" },
      to: {
        path: ["^node_modules/(@aws-lambda-powertools|@types/aws-lambda)/", "^node_modules/@aws-sdk/(client|s3)-"],
        pathNot: "^node_modules/@aws-sdk/client-dynamodb/",
      },
    },
    {
      name: "wiring-names-lambda-by-type",
      comment: "A composition root hands an invocation's context on; it does not do with it what runtime does.",
      severity: "error",
      from: { path: WIRING },
      to: {
        path: ["^node_modules/(@aws-lambda-powertools|@types/aws-lambda)/", "^node_modules/@aws-sdk/(client|s3)-"],
        pathNot: "^node_modules/@aws-sdk/client-dynamodb/",
        dependencyTypesNot: TYPE_ONLY,
      },
    },
    {
      name: "doors-never-meet",
      comment:
        "Doors meet in the ledger, on the stream or on a queue. One that called another would tie Safaricom's callback to the storefront's API.",
      severity: "error",
      from: { path: DOORS },
      to: { path: DOORS, pathNot: "^functions/$1/" },
    },
    {
      name: "payments-and-payouts-are-no-doors",
      comment: "What several doors do alike is asked by them and asks none of them back; nor does one ask the other.",
      severity: "error",
      from: { path: "^functions/(payments|payouts)/" },
      to: {
        path: "^functions/",
        pathNot: ["^functions/$1/", "^functions/(domain|daraja|store|runtime)/"],
      },
    },
    {
      name: "refunds-are-no-door",
      comment: "As payments and payouts are none. Refunds leave by the payouts' lane, so they know its room.",
      severity: "error",
      from: { path: "^functions/refunds/" },
      to: { path: "^functions/", pathNot: "^functions/(refunds|payouts|domain|daraja|store|runtime)/" },
    },
    {
      name: "payments-and-payouts-get-their-parts-handed",
      comment: "They name the ledger and the log by their types; the composition roots decide which ones they are.",
      severity: "error",
      from: { path: "^functions/(payments|payouts|refunds)/" },
      to: { path: "^functions/(store|runtime)/", dependencyTypesNot: TYPE_ONLY },
    },
    {
      name: "webhooks-are-no-door",
      comment:
        "What leaves is what the API shows, so the room knows the API's views and nothing else of it; the ledger it knows by what the stream says.",
      severity: "error",
      from: { path: "^functions/webhooks/" },
      to: {
        path: "^functions/",
        pathNot: ["^functions/(webhooks|domain|store|runtime)/", "^functions/api/[a-z]+-view[.]ts$"],
      },
    },
    {
      name: "files-in-rooms-of-their-own",
      comment:
        "A file that pays people is read by one set of rules and written by another, a statement by a third and a day's report by a fourth, all with every trick of a spreadsheet in mind.",
      severity: "error",
      from: { path: "^functions/", pathNot: "^functions/(payouts/rows|statements|reconciliation-day)/" },
      to: { path: "^node_modules/(csv-(parse|stringify)|hucre)/" },
    },
    {
      name: "statements-read-and-nothing-else",
      comment:
        "A statement is read the same whoever asks, from any source of bytes: the room knows the domain's words and the two readers of files.",
      severity: "error",
      from: { path: "^functions/statements/" },
      to: {
        path: "^(functions|node_modules)/",
        pathNot: ["^functions/(statements|domain)/", "^node_modules/(csv-parse|hucre)/"],
      },
    },
    {
      name: "statements-import-is-no-door",
      comment: "Whoever hands a statement in, it is imported by the same code, which is handed its parts.",
      severity: "error",
      from: { path: "^functions/statements-import/" },
      to: {
        path: "^functions/",
        pathNot: [
          "^functions/(statements-import|statements|domain|store|runtime)/",
          "^functions/reconciliation-day/messages[.]ts$",
        ],
      },
    },
    {
      name: "days-get-their-parts-handed",
      comment:
        "A day is looked at, matched and written the same whoever asks; where the ledger, the files and the statements are, the composition root says.",
      severity: "error",
      from: { path: "^functions/reconciliation-day/" },
      to: {
        path: "^functions/",
        pathNot: ["^functions/(reconciliation-day|reconciliation|domain)/", "^functions/store/each-at-most[.]ts$"],
        dependencyTypesNot: TYPE_ONLY,
      },
    },
    {
      name: "reconciliation-is-pure",
      comment:
        "What was matched yesterday must be matched the same tomorrow, so matching depends on its input alone: no library, no file, no clock of Node.",
      severity: "error",
      from: { path: "^functions/reconciliation/" },
      to: { pathNot: ["^functions/(reconciliation|domain)/"] },
    },
    {
      name: "wiring-is-for-entries",
      comment: "A composition root opens clients; a module that reached for it could no longer be tested without them.",
      severity: "error",
      from: { pathNot: ["[.]lambda[.]ts$", WIRING] },
      to: { path: WIRING },
    },
    {
      name: "wirings-stand-on-one",
      comment:
        "What all need is wired once; doors and payouts stand on it, and a payment's function brings no payouts along.",
      severity: "error",
      from: { path: "^functions/wiring[.]ts$" },
      to: { path: ["^functions/wiring-(payouts|doors)[.]ts$", "^functions/payouts/"] },
    },
    {
      name: "entries-are-ends",
      comment: "An entry wires and hands on. What somebody else wants of it belongs in the module beside it.",
      severity: "error",
      from: { pathNot: "^(sandbox|test)/" },
      to: { path: "[.]lambda[.]ts$" },
    },
    {
      name: "api-data-is-plain",
      comment:
        "Contract, requests, responses and problems are read by the stack, the docs and the bundles of other doors: they may not bring code along.",
      severity: "error",
      from: { path: API_DATA },
      to: { pathNot: [...API_DATA, "^functions/domain/", "^node_modules/zod/"] },
    },
    {
      name: "table-imports-nothing",
      comment: "The tables as data are read by the stack and by the sandbox; both must be able to without a client.",
      severity: "error",
      from: { path: "^functions/store/table[.]ts$" },
      to: {},
    },
    {
      name: "lib-takes-data-and-types",
      comment:
        "Deploying may not depend on code that runs in a Lambda, only on what it says about itself: routes, keys, names of variables, limits, the words of its problems, and the checker of callback addresses.",
      severity: "error",
      from: { path: "^(lib|bin)/" },
      to: {
        path: "^functions/",
        pathNot: [
          ...API_DATA,
          "^functions/api/reply[.]ts$",
          "^functions/daraja/(environment|callback-url|pacing)[.]ts$",
          "^functions/domain/",
          "^functions/runtime/(env|http|metrics)[.]ts$",
          "^functions/store/table[.]ts$",
        ],
        dependencyTypesNot: TYPE_ONLY,
      },
    },
    {
      name: "lib-deploys-and-nothing-else",
      comment: "The stacks know the functions; they know no sandbox, no test and no operator.",
      severity: "error",
      from: { path: "^(lib|bin)/" },
      to: { path: ROOMS, pathNot: "^(lib|bin|functions)/" },
    },
    {
      name: "simulator-stands-alone",
      comment:
        "A simulator built from the client's own code would agree with the client's mistakes. It knows Safaricom's published words and nothing of ours.",
      severity: "error",
      from: { path: "^sandbox/daraja/" },
      to: { path: ROOMS, pathNot: "^sandbox/daraja/" },
    },
    {
      name: "operator-takes-no-doors",
      comment:
        "A command uses the store and Safaricom's wire as they are; what only a request may do, it may not. A developer's own commands are a client of the API like any other.",
      severity: "error",
      from: { path: "^operator/" },
      to: {
        path: ROOMS,
        pathNot: [
          "^operator/",
          "^functions/(domain|daraja|store)/",
          "^lib/(stage|stages|page-headers)[.]ts$",
          "^web/[a-z]+/build[.]ts$",
          "^web/client/src/",
        ],
      },
    },
    {
      name: "nobody-needs-the-operator",
      comment: "The commands are run by a person; what other code wants of them belongs where that code may look.",
      severity: "error",
      from: { pathNot: "^(operator|test)/" },
      to: { path: "^operator/" },
    },
    {
      name: "nobody-needs-the-tests",
      comment: "Fakes and fixtures are for tests.",
      severity: "error",
      from: { pathNot: "^(test|bench)/" },
      to: { path: "^test/" },
    },
    {
      name: "web-takes-generated-types",
      comment: "The browser knows the API as any stranger does: through the types made from the published document.",
      severity: "error",
      from: { path: "^web/" },
      to: { path: ROOMS, pathNot: "^web/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(cdk[.]out|coverage|[.]cache|sandbox/(daraja/)?pages|docs/samples|web/client/dist)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
    cache: { folder: ".cache/dependency-cruiser", strategy: "content" },
  },
};
