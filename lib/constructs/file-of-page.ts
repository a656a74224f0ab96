/**
 * `fileOfAddress` of page-headers.ts in the language of CloudFront's edge: which file of the bucket answers for a page's
 * address. A test runs both over the same addresses.
 */
import { CHECKOUT_PAGE, DOCS_INDEX, DOCS_PAGE } from "../page-headers.ts";

const pattern = (expression: string): string => `/${expression.replaceAll("/", "\\/")}/`;

export const FILE_OF_PAGE = `function handler(event) {
  var request = event.request;
  if (${pattern(CHECKOUT_PAGE)}.test(request.uri)) request.uri = "/checkout/index.html";
  else if (${pattern(DOCS_INDEX)}.test(request.uri)) request.uri = "/docs/index.html";
  else if (${pattern(DOCS_PAGE)}.test(request.uri)) request.uri = request.uri.replace(/\\/$/, "") + ".html";
  return request;
}`;
