/** The pages that payers see: sealed, served with their policy, and next to nothing of the API. */
import { describe, expect, it } from "vitest";
import { GIVEN, assemble, everyStage, ofType, referred, stageTemplate } from "./assembled.ts";
import { CHECKOUT_PAGE } from "../../lib/page-headers.ts";
import { StageRefused, stageFor } from "../../lib/stages.ts";

const CHECKOUT = {
  checkoutDomain: "lipa.duka.co.ke",
  checkoutCertificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
};

const only = (stage: Parameters<typeof ofType>[0], type: string) => {
  const found = ofType(stage, type);
  expect(found).toHaveLength(1);
  return found[0]!.Properties;
};

const sandbox = () => stageTemplate("sandbox");
/** What the tests look at of a distribution. */
interface Distribution {
  readonly DefaultCacheBehavior: { readonly ResponseHeadersPolicyId: unknown; readonly AllowedMethods: unknown };
  readonly CacheBehaviors: readonly { readonly PathPattern: string; readonly ViewerProtocolPolicy: string }[];
  readonly Aliases: unknown;
  readonly ViewerCertificate: { readonly MinimumProtocolVersion: string };
}

/** What the tests look at of a bucket's encryption, and of a key's policy. */
interface Sealed {
  readonly ServerSideEncryptionByDefault: { readonly KMSMasterKeyID: unknown };
}
interface KeyStatement {
  readonly Action: unknown;
  readonly Principal: unknown;
  readonly Condition?: unknown;
}

type Variables = Readonly<Record<string, string | undefined>>;
interface Templates {
  readonly "application/json": string;
}
interface Refusal {
  readonly type: string;
  readonly code: string;
}

const distribution = (stage = sandbox()) =>
  only(stage, "AWS::CloudFront::Distribution")["DistributionConfig"] as Distribution;

describe("the pages", () => {
  it("are deployed with every stage that is deployed, and served by the sandbox elsewhere", () => {
    for (const stage of everyStage())
      expect(ofType(stage, "AWS::CloudFront::Distribution"), stage.stage).toHaveLength(stage.stage === "local" ? 0 : 1);
  });

  /** What the tests look at of the headers that files leave with. */
  interface Headers {
    readonly ContentSecurityPolicy: { readonly ContentSecurityPolicy: string };
    readonly StrictTransportSecurity: { readonly AccessControlMaxAgeSec: number };
  }

  const policies = () =>
    ofType(sandbox(), "AWS::CloudFront::ResponseHeadersPolicy").map(({ id, Properties }) => ({
      id,
      headers: Properties["ResponseHeadersPolicyConfig"].SecurityHeadersConfig as Headers,
    }));

  it("leave with a policy that runs nothing but their own", () => {
    const { DefaultCacheBehavior: pages } = distribution();
    const found = policies().find(({ id }) => JSON.stringify(pages.ResponseHeadersPolicyId).includes(`"${id}"`));
    const policy = found?.headers.ContentSecurityPolicy.ContentSecurityPolicy;
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).not.toMatch(/unsafe|data:|\*|https?:/);
    for (const { headers } of policies())
      expect(headers.StrictTransportSecurity.AccessControlMaxAgeSec).toBeGreaterThanOrEqual(31_536_000);
  });

  it("take styles from a script on the API reference alone, and scripts from elsewhere nowhere", () => {
    const written = policies().map(({ headers }) => headers.ContentSecurityPolicy.ContentSecurityPolicy);
    expect(written).toHaveLength(2);
    expect(written.filter((policy) => policy.includes("unsafe"))).toEqual([
      expect.stringMatching(/script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self';/),
    ]);
    const [reference] = distribution().CacheBehaviors.filter(({ PathPattern }) => PathPattern === "/docs/api*");
    expect(reference?.ViewerProtocolPolicy).toBe("redirect-to-https");
  });

  it("are sealed with a key of their own, which CloudFront may open things with and nothing more", () => {
    const bucket = ofType(sandbox(), "AWS::S3::Bucket").find(({ id }) => id.startsWith("PagesFiles"));
    const [rule] = bucket!.Properties["BucketEncryption"].ServerSideEncryptionConfiguration as readonly Sealed[];
    const key = ofType(sandbox(), "AWS::KMS::Key").find(({ id }) => id.startsWith("Pages"))!;
    expect(referred(rule?.ServerSideEncryptionByDefault.KMSMasterKeyID)).toBe(key.id);
    const [, cloudFront, ...others] = key.Properties["KeyPolicy"].Statement as readonly KeyStatement[];
    expect(others).toEqual([]);
    expect(cloudFront).toMatchObject({ Action: "kms:Decrypt", Principal: { Service: "cloudfront.amazonaws.com" } });
    expect(JSON.stringify(cloudFront?.Condition)).toMatch(/:cloudfront::.*"AWS::AccountId".*:distribution\/\*/);
  });

  it("are read from the bucket by CloudFront and by nobody else, and can only be read", () => {
    expect(distribution().DefaultCacheBehavior.AllowedMethods).toEqual(["GET", "HEAD"]);
    expect(only(sandbox(), "AWS::CloudFront::OriginAccessControl")).toBeDefined();
  });

  it("reach the checkout's routes and the payers' sockets, uncached, and no other", () => {
    const behaviours = distribution().CacheBehaviors;
    const reached = behaviours.filter(({ ViewerProtocolPolicy }) => ViewerProtocolPolicy === "https-only");
    expect(reached.map(({ PathPattern }) => PathPattern)).toEqual(["/v1/checkout-sessions/*", "/ws"]);
    expect(behaviours).toHaveLength(3);
  });

  it("are one page for every session and payment, and for no other address", () => {
    const page = new RegExp(CHECKOUT_PAGE);
    const session = `/checkout/cks_${"0".repeat(26)}`;
    const payment = `/checkout/pay_${"0".repeat(26)}`;
    expect([session, `${session}/`, payment].every((path) => page.test(path))).toBe(true);
    expect(
      ["/checkout/", `/checkout/pyo_${"0".repeat(26)}`, `${session}/x`, `/x${session}`, "/checkout/index.html"].some(
        (path) => page.test(path),
      ),
    ).toBe(false);
    expect(only(sandbox(), "AWS::CloudFront::Function")["FunctionCode"]).toContain(
      String.raw`/^\/checkout\/(cks|pay)_[0-9a-z]{26}\/?$/.test`,
    );
  });

  it("have the domain that they are given, with TLS 1.2, and links are made under it", () => {
    const built = assemble({ ...GIVEN.production, ...CHECKOUT, stage: "production" });
    const { Aliases, ViewerCertificate } = distribution(built);
    expect(Aliases).toEqual(["lipa.duka.co.ke"]);
    expect(ViewerCertificate.MinimumProtocolVersion).toBe("TLSv1.2_2021");
    const makers = ofType(built, "AWS::Lambda::Function").filter(
      ({ Properties }) => Properties["Environment"]?.Variables?.CHECKOUT_BASE_URL === "https://lipa.duka.co.ke",
    );
    // Who makes payment links, and who begins payments, each of which has a page.
    expect(makers).toHaveLength(2);
  });

  it("explain problems under the same domain: functions and gateway name their pages there", () => {
    const built = assemble({ ...GIVEN.production, ...CHECKOUT, stage: "production" });
    const docs = ofType(built, "AWS::Lambda::Function").flatMap(({ Properties }) => {
      const { ALLOWED_ORIGINS: origins, DOCS_BASE_URL: base } = Properties["Environment"].Variables as Variables;
      return origins === undefined ? [] : [base];
    });
    expect(docs.length).toBeGreaterThan(10);
    expect(new Set(docs)).toEqual(new Set(["https://lipa.duka.co.ke/docs"]));
    const refusals = ofType(built, "AWS::ApiGateway::GatewayResponse").map(
      ({ Properties }) => JSON.parse((Properties["ResponseTemplates"] as Templates)["application/json"]) as Refusal,
    );
    expect(refusals.length).toBeGreaterThan(10);
    for (const { type, code } of refusals) expect(type).toBe(`https://lipa.duka.co.ke/docs/errors/${code}`);
  });
});

describe("a stage's checkout address", () => {
  it("is none until somebody says it", () => {
    expect(stageFor("sandbox").checkoutBaseUrl).toBeNull();
    const said = stageFor("sandbox", { checkoutBaseUrl: "https://d111.cloudfront.net/" });
    expect(said.checkoutBaseUrl).toBe("https://d111.cloudfront.net");
  });

  it("is the gateway's in the sandbox", () => {
    expect(stageFor("local", { callbackBaseUrl: "http://127.0.0.1:9090" }).checkoutBaseUrl).toBe(
      "http://127.0.0.1:9090",
    );
  });

  it("needs a certificate where CloudFront looks for it", () => {
    const elsewhere = {
      ...CHECKOUT,
      checkoutCertificateArn: CHECKOUT.checkoutCertificateArn.replace("us-east-1", "eu-west-1"),
    };
    expect(() => stageFor("production", elsewhere)).toThrow(StageRefused);
  });
});
