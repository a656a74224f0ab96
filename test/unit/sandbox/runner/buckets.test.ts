import { createHash } from "node:crypto";
import { RemovalPolicy } from "aws-cdk-lib";
import { Bucket, CfnBucket, EventType, HttpMethods } from "aws-cdk-lib/aws-s3";
import type { CfnBucketProps } from "aws-cdk-lib/aws-s3";
import { LambdaDestination, SqsDestination } from "aws-cdk-lib/aws-s3-notifications";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { presignedProblem, signatureOf } from "../../../../sandbox/aws/buckets/presigned.ts";
import type { Presigned } from "../../../../sandbox/aws/buckets/presigned.ts";
import { functionSecretKey } from "../../../../sandbox/lambda/environment.ts";
import { runApp } from "./run-app.ts";
import type { RunningApp } from "./run-app.ts";

const IMPORTER = "export const handler = async (event) => void console.log(JSON.stringify(event));";
const SHOP = "https://shop.example";

let app: RunningApp;
let at: string;
let vault: string;

beforeAll(async () => {
  app = await runApp((stack, lambda) => {
    const bucket = new Bucket(stack, "Statements", {
      versioned: true,
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
      cors: [
        {
          allowedOrigins: [SHOP],
          allowedMethods: [HttpMethods.PUT],
          allowedHeaders: ["content-type", "x-amz-*"],
          maxAge: 60,
        },
        { allowedOrigins: ["*"], allowedMethods: [HttpMethods.GET], exposedHeaders: ["ETag"] },
      ],
    });
    new Bucket(stack, "Vault", { versioned: true, objectLockEnabled: true, removalPolicy: RemovalPolicy.DESTROY });
    const csv = { prefix: "statements/", suffix: ".csv" };
    bucket.addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(lambda("Import", IMPORTER)), csv);
    bucket.addEventNotification(EventType.OBJECT_CREATED_PUT, new SqsDestination(new Queue(stack, "News")), {
      prefix: "news/",
    });
  });
  [at, vault] = ["Statements", "Vault"].map((id) => {
    const bucket = app.deployment.ofType("AWS::S3::Bucket").find(({ logicalId }) => logicalId.startsWith(id))!;
    return `${app.door.url}/${bucket.ref}`;
  }) as [string, string];
});
afterAll(() => app.close());

const asTest = {
  authorization: "AWS4-HMAC-SHA256 Credential=Uploader/20260101/af-south-1/s3/aws4_request, Signature=0",
};
const upload = (key: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${at}/${key}`, { method: "PUT", body, headers: { ...asTest, ...headers } });
const told = (key: string) =>
  (app.told("Import") as { Records: { s3: { object: { key: string } } }[] }[])
    .flatMap(({ Records }) => Records)
    .filter((record) => record.s3.object.key === key);

const sent = (url: string, method: string, headers: Record<string, string> = {}): Presigned => {
  const { host, pathname, search } = new URL(url);
  return { method, url: `${pathname}${search}`, headers, host };
};

/** As the SDK's presigner makes it, valid for five minutes from `signedAt`. */
const presign = (
  method: string,
  key: string,
  {
    signedAt = Date.now(),
    headers = {},
    query: asked = "",
  }: { signedAt?: number; headers?: Record<string, string>; query?: string } = {},
) => {
  const date = new Date(signedAt).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const query = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD",
    "X-Amz-Credential": `StatementsUpload/${date.slice(0, 8)}/af-south-1/s3/aws4_request`,
    "X-Amz-Date": date,
    "X-Amz-Expires": "300",
    "X-Amz-SignedHeaders": ["host", ...Object.keys(headers)].sort().join(";"),
  });
  const url = `${at}/${key}?${query.toString()}${asked === "" ? "" : `&${asked}`}`;
  return `${url}&X-Amz-Signature=${signatureOf(sent(url, method, headers), functionSecretKey)}`;
};

describe("an object", () => {
  test("that was put can be read, whatever its size, and the calls are counted by their names", async () => {
    const called = (operation: string): number =>
      app.door.calls.total({ caller: "Uploader", service: "s3", operation });
    const before = { got: called("GetObject"), put: called("PutObject") };
    const large = Buffer.alloc(12 * 1024 * 1024, "x");
    expect((await upload("large", large)).status).toBe(200);
    const read = await fetch(`${at}/large`, { headers: asTest });
    expect((await read.arrayBuffer()).byteLength).toBe(large.length);
    expect(called("GetObject") - before.got).toBe(1);
    expect(called("PutObject") - before.put).toBeGreaterThan(0);
  });

  test("may be empty", async () => {
    expect((await upload("empty", "")).status).toBe(200);
    expect(await (await fetch(`${at}/empty`)).text()).toBe("");
  });

  test("whose checksum is another body's is refused, as with the presigned checksum of nothing", async () => {
    expect((await upload("sum", "hello", { "x-amz-checksum-crc32": "NhCmhg==" })).status).toBe(200);
    const refused = await upload("sum?x-amz-checksum-crc32=AAAAAA%3D%3D", "hello");
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("<Code>BadDigest</Code>");
  });

  test("is not stored when the door is told to throttle, and S3's own words say so", async () => {
    app.door.faults.inject({ match: { operation: "PutObject" }, fault: { kind: "throttle" }, times: 1 });
    const refused = await upload("throttled", "x");
    expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining("<Code>SlowDown</Code>")]);
    expect((await fetch(`${at}/throttled`)).status).toBe(404);
  });
});

describe("a presigned URL", () => {
  const headers = { "content-type": "text/csv" };

  test("lets a browser upload from an allowed origin and is counted apart from its signer", async () => {
    const url = presign("PUT", "browser.csv", { headers });
    const counted = { caller: "presigned-by-StatementsUpload", operation: "PutObject" };
    const before = app.door.calls.total(counted);
    const preflight = await fetch(url, {
      method: "OPTIONS",
      headers: {
        origin: SHOP,
        "access-control-request-method": "PUT",
        "access-control-request-headers": "Content-Type",
      },
    });
    expect(preflight.status).toBe(200);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      "access-control-allow-origin": SHOP,
      "access-control-allow-methods": "PUT",
      "access-control-allow-headers": "content-type",
      "access-control-max-age": "60",
    });
    const put = await fetch(url, { method: "PUT", body: "a,b", headers: { ...headers, origin: SHOP } });
    expect([put.status, put.headers.get("access-control-allow-origin")]).toEqual([200, SHOP]);
    expect(app.door.calls.total(counted)).toBe(before + 1);
    expect(app.door.calls.total({ caller: "StatementsUpload" })).toBe(0);
  });

  test.each([
    ["of another origin", { origin: "https://evil.example", "access-control-request-method": "PUT" }],
    ["with another method", { origin: SHOP, "access-control-request-method": "DELETE" }],
    [
      "with a header that no rule allows",
      { origin: SHOP, "access-control-request-method": "PUT", "access-control-request-headers": "x-other" },
    ],
  ])("does not let a browser in %s", async (_what, asked) => {
    expect((await fetch(`${at}/x`, { method: "OPTIONS", headers: asked })).status).toBe(403);
  });

  test("shows what it may to any origin", async () => {
    await upload("open", "x");
    const read = await fetch(presign("GET", "open"), { headers: { origin: "https://anybody.example" } });
    expect(read.headers.get("access-control-allow-origin")).toBe("*");
    expect(read.headers.get("access-control-expose-headers")).toBe("ETag");
  });

  test("has the answer carry the headers that it asks for", async () => {
    await upload("results.csv", "a,b");
    const asked = "response-content-disposition=attachment%3B%20filename%3D%22payroll.csv%22";
    const read = await fetch(presign("GET", "results.csv", { query: asked }));
    expect(read.headers.get("content-disposition")).toBe('attachment; filename="payroll.csv"');
    const forged = await fetch(`${presign("GET", "results.csv")}&response-content-type=text%2Fhtml`);
    expect(forged.status).toBe(403);
  });

  test("is worth nothing after its time", async () => {
    const refused = await fetch(presign("GET", "open", { signedAt: Date.now() - 301_000 }));
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining("Request has expired")]);
  });

  test.each([
    ["for another method", () => fetch(presign("GET", "a"), { method: "PUT", body: "x" })],
    ["for another key", () => fetch(presign("GET", "a").replace("/a?", "/b?"))],
    ["for longer", () => fetch(presign("GET", "a").replace("Expires=300", "Expires=3000"))],
    ["with another type", () => fetch(presign("PUT", "a", { headers }), { method: "PUT", body: "x" })],
  ])("cannot be used %s", async (_what, use) => {
    const refused = await use();
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining("SignatureDoesNotMatch")]);
  });

  test("has the signature that Amazon's reference computes", () => {
    const url =
      "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256" +
      "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    const secretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const check = (now: string) => presignedProblem(sent(url, "GET"), { secretKey, now: Date.parse(now) });
    expect(check("2013-05-24T23:59:59Z")).toBeNull();
    expect(check("2013-05-25T00:00:01Z")).toMatchObject({ code: "AccessDenied" });
  });
});

describe("a new object", () => {
  test("is told to the function that wants its key, in S3's words", async () => {
    await upload("statements/2026%2001.csv", "a,b");
    await upload("statements/notes.txt", "x");
    await vi.waitFor(() => expect(told("statements/2026+01.csv")).toHaveLength(1), { timeout: 5_000 });
    expect(told("statements/2026+01.csv")[0]).toMatchObject({
      eventSource: "aws:s3",
      eventName: "ObjectCreated:Put",
      awsRegion: "af-south-1",
      s3: {
        bucket: { name: at.split("/").at(-1), arn: `arn:aws:s3:::${at.split("/").at(-1)!}` },
        object: { size: 3, eTag: "b345e1dc09f20fdefdea469f09167892" },
      },
    });
    expect(told("statements/notes.txt")).toEqual([]);
  });

  test("is told to the queue that wants its key, and only of the kind it wants", async () => {
    await upload("news/1", "x");
    await upload("news/2", "", { "x-amz-copy-source": `${at.split("/").at(-1)!}/news/1` });
    const queue = app.deployment.ofType("AWS::SQS::Queue")[0]!.attribute("Arn");
    const messages: string[] = [];
    await vi.waitFor(async () => {
      messages.push(...(await app.queues!.peek(queue)));
      expect(messages).toHaveLength(1);
    });
    expect(messages[0]).toContain('"key":"news/1"');
  });

  test("is told without CloudFormation's helper functions, which are not run", () => {
    expect(app.functions.all).toHaveLength(1);
    expect(app.deployment.notRun).toContainEqual(
      expect.objectContaining({ type: "AWS::Lambda::Function", reason: expect.stringContaining("CloudFormation") }),
    );
  });
});

test.each<[string, CfnBucketProps, string]>([
  ["tells of removed objects", withEvent("s3:ObjectRemoved:*"), "created objects only"],
  ["tells a function that lets nobody in", withEvent("s3:ObjectCreated:*"), "lets nobody invoke"],
  ["tells somebody unknown", withEvent("s3:ObjectCreated:*", "arn:aws:sns:x:1:y"), "functions and queues"],
  ["is a web site", { websiteConfiguration: { indexDocument: "index.html" } }, "WebsiteConfiguration"],
])("a bucket that %s stops the start", async (_what, properties, said) => {
  const starting = runApp((stack, lambda) => {
    lambda("Import", IMPORTER, { functionName: "import-statement" });
    new CfnBucket(stack, "Odd", properties);
  });
  await expect(starting).rejects.toThrow(said);
});

function withEvent(event: string, target = "arn:aws:lambda:af-south-1:000000000000:function:import-statement") {
  return { notificationConfiguration: { lambdaConfigurations: [{ event, function: target }] } };
}

describe("a name that is written once", () => {
  const write = (url: string, headers: Record<string, string>): Promise<Response> =>
    fetch(url, { method: "PUT", body: "first", headers: { ...asTest, ...headers } });
  test("is refused where something is, and only to who asked for that", async () => {
    const once = { "if-none-match": "*" };
    expect((await write(`${at}/once`, once)).status).toBe(200);
    const again = await write(`${at}/once`, once);
    expect([again.status, await again.text()]).toEqual([412, expect.stringContaining("PreconditionFailed")]);
    expect((await write(`${at}/once`, {})).status).toBe(200);
  });

  test("stays as it is in a bucket with Object Lock, and has to come with a checksum", async () => {
    const bare = await write(`${vault}/kept`, {});
    expect([bare.status, await bare.text()]).toEqual([400, expect.stringContaining("InvalidRequest")]);
    const checked = { "x-amz-checksum-sha256": createHash("sha256").update("first").digest("base64") };
    expect((await write(`${vault}/kept`, checked)).status).toBe(200);
    expect((await write(`${vault}/kept`, checked)).status).toBe(403);
    expect((await fetch(`${vault}/kept`, { method: "DELETE", headers: asTest })).status).toBe(403);
    expect(await (await fetch(`${vault}/kept`, { headers: asTest })).text()).toBe("first");
  });
});
