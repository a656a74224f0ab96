/**
 * What is refused before API Gateway looks at it. In front of the storefronts: floods from one address, a payer's page that
 * goes wild, bodies that nobody needs, and requests that only an attack sends. In front of the callbacks: nothing that
 * Safaricom sends, ever, because a refused callback may not come again.
 *
 * What must stay true: no rule judges what a field of a body may say, because the handlers do that by the API's own
 * schema and a customer's order may be called anything; no rule looks at the content of a callback, because even one that
 * nobody understands is evidence; what is written down of a refused request holds no token, path or query.
 */
import { RemovalPolicy, Stack } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { CfnIPSet, CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";

type Rule = CfnWebACL.RuleProperty;
type Statement = CfnWebACL.StatementProperty;

/** Rates are counted over five minutes. */
const WINDOW_SECONDS = 300;

/** Bodies up to this size are looked at; none but files of payouts is larger, and those are checked by their handlers. */
const BODY_BYTES = 65_536;

/** Where larger bodies are in order, by the beginning of the path behind the stage's name. */
const LARGE_BODIES = "/v1/batches";

const NO_CHANGE = [{ priority: 0, type: "NONE" }];
const AUTHORIZATION = { singleHeader: { Name: "authorization" } };

const watched = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  // Samples would show headers, and with them keys, to whoever may look at the console.
  sampledRequestsEnabled: false,
});

const bearer = (beginning: string): Statement => ({
  byteMatchStatement: {
    fieldToMatch: AUTHORIZATION,
    positionalConstraint: "STARTS_WITH",
    searchString: beginning,
    textTransformations: [{ priority: 0, type: "LOWERCASE" }],
  },
});

const both = (...statements: readonly Statement[]): Statement => ({ andStatement: { statements: [...statements] } });
const not = (statement: Statement): Statement => ({ notStatement: { statement } });

const PAYERS_PAGE = bearer("bearer ct_");
const ASKS_A_PHONE: Statement = {
  byteMatchStatement: {
    fieldToMatch: { method: {} },
    positionalConstraint: "EXACTLY",
    searchString: "POST",
    textTransformations: NO_CHANGE,
  },
};

const TOO_LARGE: Statement = {
  sizeConstraintStatement: {
    // What is not looked at any more counts as too large.
    fieldToMatch: { body: { oversizeHandling: "MATCH" } },
    comparisonOperator: "GT",
    size: BODY_BYTES,
    textTransformations: NO_CHANGE,
  },
};

const FOR_A_FILE: Statement = {
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: "CONTAINS",
    searchString: LARGE_BODIES,
    textTransformations: NO_CHANGE,
  },
};

/** Rules in order; the first that fits decides. */
const inOrder = (rules: readonly Omit<Rule, "priority" | "visibilityConfig">[]): Rule[] =>
  rules.map((rule, priority) => ({ ...rule, priority, visibilityConfig: watched(rule.name) }));

const refuse = (name: string, statement: Statement) => ({ name, statement, action: { block: {} } });

/**
 * Of Amazon's rules those that know attacks by their shape. What they say of a body's words is counted and not obeyed:
 * addresses of webhooks and descriptions of orders look like attacks to them; and so is a missing user agent, because
 * servers that pay have none.
 */
const managed = (name: string, counted: readonly string[]) => ({
  name,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: "AWS",
      name,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
});

const COMMON_COUNTED = [
  "CrossSiteScripting_BODY",
  "EC2MetaDataSSRF_BODY",
  "GenericLFI_BODY",
  "GenericRFI_BODY",
  "NoUserAgent_HEADER",
  "SizeRestrictions_BODY",
];
const BAD_INPUTS_COUNTED = ["JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY"];

/** In front of the storefronts' door. */
const storefrontRules = ({ firewall }: Stage): Rule[] =>
  inOrder([
    refuse("TooLarge", both(TOO_LARGE, not(FOR_A_FILE))),
    // Whoever shows neither a key nor a token; API Gateway would refuse them too, one by one.
    refuse("StrangersFlood", {
      rateBasedStatement: {
        aggregateKeyType: "IP",
        evaluationWindowSec: WINDOW_SECONDS,
        limit: firewall.strangersPerAddress,
        scopeDownStatement: not({ orStatement: { statements: [bearer("bearer sk_"), PAYERS_PAGE] } }),
      },
    }),
    // Servers come from few addresses and have rates of their own; this is for a stolen key, or a loop.
    refuse("ServersFlood", {
      rateBasedStatement: {
        aggregateKeyType: "IP",
        evaluationWindowSec: WINDOW_SECONDS,
        limit: firewall.serversPerAddress,
        scopeDownStatement: bearer("bearer sk_"),
      },
    }),
    // Payers come through CloudFront, whose addresses are everybody's: a page is counted by its token,
    refuse("PageFlood", {
      rateBasedStatement: {
        aggregateKeyType: "CUSTOM_KEYS",
        customKeys: [{ header: { name: "authorization", textTransformations: NO_CHANGE } }],
        evaluationWindowSec: WINDOW_SECONDS,
        limit: firewall.requestsPerPage,
        scopeDownStatement: PAYERS_PAGE,
      },
    }),
    // and presses of its button by the address that CloudFront has seen, behind which many phones may be.
    refuse("PromptFlood", {
      rateBasedStatement: {
        aggregateKeyType: "FORWARDED_IP",
        forwardedIpConfig: { headerName: "X-Forwarded-For", fallbackBehavior: "NO_MATCH" },
        evaluationWindowSec: WINDOW_SECONDS,
        limit: firewall.promptsPerAddress,
        scopeDownStatement: both(PAYERS_PAGE, ASKS_A_PHONE),
      },
    }),
    managed("AWSManagedRulesCommonRuleSet", COMMON_COUNTED),
    managed("AWSManagedRulesKnownBadInputsRuleSet", BAD_INPUTS_COUNTED),
  ]);

/** In front of Safaricom's door: who is Safaricom comes in before anything else is asked. */
const callbackRules = ({ firewall }: Stage, safaricom: CfnIPSet): Rule[] =>
  inOrder([
    {
      name: "Safaricom",
      statement: { ipSetReferenceStatement: { arn: safaricom.attrArn } },
      action: { allow: {} },
    },
    refuse("TooLarge", TOO_LARGE),
    // Far above all that Safaricom could send from an address that it has not published yet.
    refuse("StrangersFlood", {
      rateBasedStatement: {
        aggregateKeyType: "IP",
        evaluationWindowSec: WINDOW_SECONDS,
        limit: firewall.callbacksPerStranger,
      },
    }),
  ]);

export type Door = "storefronts" | "callbacks";

export interface WebFirewallProps {
  readonly stage: Stage;
  readonly door: Door;
  readonly api: RestApi;
}

const asRange = (address: string): string => (address.includes("/") ? address : `${address}/32`);

export class WebFirewall extends Construct {
  /** Requests that were refused. */
  readonly blocked: Metric;

  constructor(scope: Construct, id: string, { stage, door, api }: WebFirewallProps) {
    super(scope, id);
    const name = `malipo-${stage.name}-${door}`;
    const acl = new CfnWebACL(this, "Acl", {
      name,
      description: `Malipo ${stage.name}: in front of ${door}.`,
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      associationConfig: { requestBody: { API_GATEWAY: { defaultSizeInspectionLimit: "KB_64" } } },
      visibilityConfig: watched(name),
      rules: door === "storefronts" ? storefrontRules(stage) : callbackRules(stage, this.#safaricom(stage)),
    });
    new CfnWebACLAssociation(this, "Association", {
      webAclArn: acl.attrArn,
      resourceArn: api.deploymentStage.stageArn,
    });
    this.#log(stage, name, acl);
    this.blocked = new Metric({
      namespace: "AWS/WAFV2",
      metricName: "BlockedRequests",
      dimensionsMap: { WebACL: name, Region: Stack.of(this).region, Rule: "ALL" },
      statistic: "Sum",
    });
  }

  #safaricom(stage: Stage): CfnIPSet {
    return new CfnIPSet(this, "Safaricom", {
      description: "Addresses that Safaricom publishes for its callbacks.",
      scope: "REGIONAL",
      ipAddressVersion: "IPV4",
      addresses: stage.safaricomAddresses.map(asRange),
    });
  }

  /** Refused requests alone, without what opens anything: a callback's path ends in its token. */
  #log(stage: Stage, name: string, acl: CfnWebACL): void {
    const log = new LogGroup(this, "Log", {
      logGroupName: `aws-waf-logs-${name}`, // the firewall writes to no group that is called otherwise
      retention: stage.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { region, account, partition } = Stack.of(this);
    new CfnLoggingConfiguration(this, "Logging", {
      resourceArn: acl.attrArn,
      // Without the `:*` that the library's own name of a group ends in.
      logDestinationConfigs: [`arn:${partition}:logs:${region}:${account}:log-group:${log.logGroupName}`],
      redactedFields: [AUTHORIZATION, { uriPath: {} }, { queryString: {} }],
      loggingFilter: {
        DefaultBehavior: "DROP",
        Filters: [
          { Behavior: "KEEP", Requirement: "MEETS_ANY", Conditions: [{ ActionCondition: { Action: "BLOCK" } }] },
        ],
      },
    });
  }
}
