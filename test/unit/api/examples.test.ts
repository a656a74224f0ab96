/** What the documentation shows fits what the API takes and gives. */
import * as z from "zod";
import { describe, expect, it } from "vitest";
import { ROUTES } from "../../../functions/api/contract.ts";
import type { Operation, Route } from "../../../functions/api/contract.ts";
import { EXAMPLES } from "../../../functions/api/examples.ts";
import { problemExample, PROBLEM_CODES } from "../../../functions/api/examples-problems.ts";
import { problemsOf } from "../../../functions/api/openapi-answers.ts";
import { openApiDocument } from "../../../functions/api/openapi.ts";
import { PROBLEMS } from "../../../functions/api/problems.ts";
import { ProblemDocument, RESPONSES } from "../../../functions/api/responses.ts";

const operations = Object.values<Route & { operation: Operation }>(ROUTES);

const Media = z.looseObject({ examples: z.record(z.string(), z.unknown()).optional() });
const Described = z.object({
  summary: z.string().min(1),
  description: z.string().min(1),
  tags: z.array(z.string()).length(1),
  responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), Media).optional() })),
});
const Document = z.looseObject({
  tags: z.array(z.object({ name: z.string(), description: z.string().min(1) })),
  paths: z.record(z.string(), z.record(z.string(), Described)),
});
const document = () => Document.parse(openApiDocument());

describe("the examples of an operation", () => {
  it.each(operations)("$operation: the request fits its route", ({ operation, body }) => {
    const { request } = EXAMPLES[operation];
    if (body === null) expect(request).toBeUndefined();
    else expect(body().safeParse(request).error).toBeUndefined();
  });

  it.each(operations)("$operation: the answer fits its schema and says nothing beside it", ({ operation, success }) => {
    const { answer } = EXAMPLES[operation];
    const isJson = success.status !== 303 && !("type" in success);
    expect(answer !== undefined).toBe(isJson);
    if (isJson) expect(RESPONSES[operation].parse(answer)).toEqual(answer);
  });
});

describe("the examples of problems", () => {
  it.each(PROBLEM_CODES)("%s looks like any problem, and its type is its own page", (code) => {
    const example = ProblemDocument.strict().parse(problemExample(code));
    expect(example).toMatchObject({ code, status: PROBLEMS[code].status, type: `/docs/errors/${code}` });
  });
});

describe("the document", () => {
  it("describes every operation under a chapter that is explained", () => {
    const { paths, tags } = document();
    const chapters = new Set(tags.map(({ name }) => name));
    for (const { method, path, operation } of operations) {
      const described = paths[path]?.[method.toLowerCase()];
      expect(described, operation).toBeDefined();
      expect(chapters, operation).toContain(described!.tags[0]);
    }
  });

  it("names, for every operation, each code that it can answer with, under its status", () => {
    const { paths } = document();
    for (const route of operations) {
      const { responses } = paths[route.path]![route.method.toLowerCase()]!;
      for (const code of problemsOf(route)) {
        const answer = responses[String(PROBLEMS[code].status)];
        expect(Object.keys(answer?.content?.["application/problem+json"]?.examples ?? {}), route.operation).toContain(
          code,
        );
      }
    }
  });
});
