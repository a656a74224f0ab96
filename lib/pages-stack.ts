/**
 * The pages that payers see, and the documentation. A stack of its own at the end of the chain: it stands on the storefronts' door, nothing stands
 * on it, and deleting it takes pages away and no payment. Its files are put there by `npm run pages -- publish`.
 */
import { CfnOutput, Stack } from "aws-cdk-lib";
import type { App, StackProps } from "aws-cdk-lib";
import { PageSite } from "./constructs/page-site.ts";
import type { GatewayStack } from "./gateway-stack.ts";
import type { Stage } from "./stage.ts";
import type { StorefrontStack } from "./storefront-stack.ts";

export interface PagesStackProps extends StackProps {
  readonly stage: Stage;
  readonly storefronts: StorefrontStack;
  readonly gateway: GatewayStack;
}

export class PagesStack extends Stack {
  constructor(app: App, id: string, props: PagesStackProps) {
    super(app, id, props);
    const site = new PageSite(this, "Pages", {
      stage: props.stage,
      door: props.storefronts.door,
      sockets: props.gateway.sockets,
    });
    const values = { PagesBucketName: site.bucket.bucketName, CheckoutBaseUrl: site.baseUrl };
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
