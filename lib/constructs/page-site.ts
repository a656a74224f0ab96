/**
 * The pages that payers see, and the documentation: files in a bucket that nobody reaches but CloudFront, and the way from the same address to the
 * few routes that a page may call and the socket that it listens on. What must stay true: every file leaves with the policy of page-headers.ts; nothing of the
 * API but the checkout's routes is reachable here; nothing about a payer is written down here.
 */
import { Annotations, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import type { BehaviorOptions } from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import * as z from "zod";
import {
  PAGE_POLICY,
  PERMISSIONS_POLICY,
  REFERENCE_PAGE,
  REFERENCE_POLICY,
  TLS_ONLY_SECONDS,
} from "../page-headers.ts";
import type { Stage } from "../stage.ts";
import { NO_HALF_UPLOADS, closed, logAccess } from "./access-log.ts";
import { FILE_OF_PAGE } from "./file-of-page.ts";
import type { PublicApi } from "./public-api.ts";
import { SOCKETS_PATH } from "./socket-api.ts";
import type { SocketApi } from "./socket-api.ts";

/** All that a page calls. */
const API_PATHS = "/v1/checkout-sessions/*";

/** Every bucket is one; the library's own types disagree about a field that may be left out. */
const AnyBucket = z.custom<IBucket>((value) => value instanceof Bucket);

export interface PageSiteProps {
  readonly stage: Stage;
  readonly door: PublicApi;
  readonly sockets: SocketApi;
}

export class PageSite extends Construct {
  readonly bucket: Bucket;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly #stage: Stage;

  constructor(scope: Construct, id: string, { stage, door, sockets }: PageSiteProps) {
    super(scope, id);
    this.#stage = stage;
    this.bucket = this.#files();
    Annotations.of(this).acknowledgeWarning(
      "@aws-cdk/aws-cloudfront-origins:wildcardKeyPolicyForOac",
      "The key can't name the distribution, which names the bucket, which names the key. Any distribution of this account may open what the key seals, which is public, and a bucket lets in one distribution alone.",
    );
    const pages = this.#pages();
    const distribution = new Distribution(this, "Distribution", {
      comment: `Malipo ${stage.name}: the pages that payers see.`,
      httpVersion: HttpVersion.HTTP2_AND_3,
      // The cheapest class that answers from Africa.
      priceClass: PriceClass.PRICE_CLASS_200,
      defaultBehavior: pages,
      additionalBehaviors: {
        [API_PATHS]: this.#api(door),
        [`/${SOCKETS_PATH}`]: this.#sockets(sockets),
        [`${REFERENCE_PAGE}*`]: {
          ...pages,
          responseHeadersPolicy: this.#headers("ReferenceHeaders", REFERENCE_POLICY),
        },
      },
      ...this.#address(),
    });
    this.baseUrl = `https://${stage.checkoutDomain?.name ?? distribution.distributionDomainName}`;
  }

  #files(): Bucket {
    // Whatever lies here is made from the tree again at any time.
    const removalPolicy = RemovalPolicy.DESTROY;
    // A key of its own: CloudFront may open what lies here, and nothing that the stage's key seals.
    const encryptionKey = new Key(this, "Key", {
      description: "Seals the files that Malipo's pages are made of.",
      enableKeyRotation: true,
      removalPolicy,
    });
    const bucket = new Bucket(this, "Files", {
      ...closed(removalPolicy),
      encryption: BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      versioned: true,
      lifecycleRules: [{ id: "old-versions-go", noncurrentVersionExpiration: Duration.days(90) }, NO_HALF_UPLOADS],
    });
    logAccess(this, bucket, removalPolicy);
    return bucket;
  }

  #pages(): BehaviorOptions {
    return {
      origin: S3BucketOrigin.withOriginAccessControl(AnyBucket.parse(this.bucket)),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      compress: true,
      responseHeadersPolicy: this.#headers("Headers", PAGE_POLICY),
      functionAssociations: [
        {
          eventType: FunctionEventType.VIEWER_REQUEST,
          function: new EdgeFunction(this, "FileOfPage", {
            runtime: FunctionRuntime.JS_2_0,
            code: FunctionCode.fromInline(FILE_OF_PAGE),
          }),
        },
      ],
    };
  }

  /** The page calls the address that it came from: no other origin is let in, and no browser asks first. */
  #api(door: PublicApi): BehaviorOptions {
    const { apiDomain, name } = this.#stage;
    const { region, urlSuffix } = Stack.of(this);
    const [host, originPath] =
      apiDomain === null
        ? [`${door.api.restApiId}.execute-api.${region}.${urlSuffix}`, `/${name}`]
        : [apiDomain.name, ""];
    return {
      origin: new HttpOrigin(host, { originPath, protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    };
  }

  /** A page opens its socket at the address that it came from, too. Its API's stage is called as the path is. */
  #sockets({ host }: SocketApi): BehaviorOptions {
    return {
      origin: new HttpOrigin(host, { protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    };
  }

  #headers(id: string, policy: string): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, id, {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: policy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.seconds(TLS_ONLY_SECONDS),
          includeSubdomains: true,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: [{ header: "Permissions-Policy", value: PERMISSIONS_POLICY, override: true }],
      },
    });
  }

  #address() {
    const domain = this.#stage.checkoutDomain;
    if (domain === null) return {};
    return {
      domainNames: [domain.name],
      certificate: Certificate.fromCertificateArn(this, "Certificate", domain.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    };
  }
}
