import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Endpoint, takesKeys } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { buildOpenApi } from "./openapi.ts";
import { pageEndpoints } from "./page-endpoints.ts";
import { buildReference } from "./reference.ts";
import { toWireError, type WireErrorName, wireErrors } from "./wire-errors.ts";

interface Operation {
  operationId: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, object> };
  responses: Record<string, { description: string; content?: Record<string, { examples?: Record<string, unknown> }> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}

const text = JSON.stringify(buildOpenApi("1.2.3"));
const document = JSON.parse(text) as Document;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

function* nodesOf(node: unknown): Generator<Record<string, unknown>> {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) yield node as Record<string, unknown>;
  for (const child of Object.values(node)) yield* nodesOf(child);
}

describe("the OpenAPI document", () => {
  it("has version 3.1 of the format and the given version of the API", () => {
    assert.match(document.openapi, /^3\.1\.\d+$/);
    assert.equal(document.info.version, "1.2.3");
  });

  it("is the same each time", () => {
    assert.equal(JSON.stringify(buildOpenApi("1.2.3")), text);
  });

  it("resolves every reference", () => {
    const references = [...nodesOf(document)].flatMap((node) =>
      typeof node["$ref"] === "string" ? [node["$ref"]] : [],
    );
    assert.ok(references.length > 100);
    for (const each of references) {
      assert.match(each, /^#\//);
      const target = each
        .slice(2)
        .split("/")
        .reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document);
      assert.equal(typeof target, "object", each);
    }
  });

  it("uses every schema it defines", () => {
    for (const name of Object.keys(document.components.schemas)) {
      assert.ok(text.includes(`"$ref":"#/components/schemas/${name}"`) || name.endsWith("Request"), name);
    }
  });

  it("gives every operation its own id", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[A-Za-z]\w*$/);
  });

  it("contains every call and every other URL with all methods", () => {
    for (const each of [...Object.values(endpoints), ...Object.values(pageEndpoints)]) {
      const methods = Object.keys(document.paths[each.path] ?? {});
      assert.deepEqual(methods.toSorted(), each.methods.map((method) => method.toLowerCase()).toSorted(), each.path);
    }
    assert.equal(Object.keys(document.paths).length, Object.keys(endpoints).length + Object.keys(pageEndpoints).length);
  });

  it("gives every operation known tags, known security and at least one described answer", () => {
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const { path, operation } of operations) {
      assert.ok(
        operation.tags.every((tag) => tags.has(tag)),
        path,
      );
      for (const scheme of operation.security.flatMap((each) => Object.keys(each))) {
        assert.ok(scheme in document.components.securitySchemes, path);
      }
      const answers = Object.entries(operation.responses);
      assert.ok(answers.length > 0, path);
      for (const [status, answer] of answers) {
        assert.match(status, /^[1-5]\d\d$/);
        assert.ok(answer.description.length > 0, path);
      }
    }
  });

  it("offers an API key only for calls that take one", () => {
    for (const endpoint of Object.values(endpoints) as Endpoint[]) {
      const { security = [], ...operation } = document.paths[endpoint.path]?.["post"] ?? {};
      const schemes = security.flatMap((each) => Object.keys(each));
      assert.equal(schemes.includes("bearer"), takesKeys(endpoint), endpoint.operation);
      assert.equal("x-scope" in operation, takesKeys(endpoint), endpoint.operation);
      assert.equal(schemes.includes("session"), endpoint.identification !== "none", endpoint.operation);
    }
  });

  it("declares each path parameter as required, and no body where none is sent", () => {
    for (const { path, method, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((each) => each.in === "path");
      assert.deepEqual(
        declared.map((each) => each.name),
        inPath,
        path,
      );
      assert.ok(
        declared.every((each) => each.required),
        path,
      );
      if (!["post", "put", "patch"].includes(method)) assert.equal(operation.requestBody, undefined, path);
    }
  });

  it("lists each refusal of a call under its status", () => {
    for (const endpoint of Object.values(endpoints) as Endpoint[]) {
      const operation = document.paths[endpoint.path]?.["post"];
      for (const name of endpoint.errors) {
        const answer = operation?.responses[`${wireErrors[name].status}`];
        assert.deepEqual(answer?.content?.["application/json"]?.examples?.[name], { value: toWireError(name).body });
      }
    }
  });

  it("contains only JSON Schema keywords and extensions in its schemas", () => {
    const known =
      /^(type|properties|patternProperties|required|items|enum|const|anyOf|description|format|pattern|(min|max)(Length|Items|imum|Properties)|x-aliases|\$ref)$/;
    const check = (schema: Record<string, unknown>, at: string): void => {
      for (const key of Object.keys(schema)) assert.match(key, known, at);
      const { properties = {}, patternProperties = {}, items, anyOf = [] } = schema as Record<string, object>;
      const inner = [...Object.values(properties), ...Object.values(patternProperties), ...Object.values(anyOf)];
      for (const each of items === undefined ? inner : [...inner, items]) check(each as Record<string, unknown>, at);
    };
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      check(schema as Record<string, unknown>, name);
    }
  });
});

describe("the reference page", () => {
  const page = buildReference();

  it("has a section for every call and every other URL", () => {
    for (const each of [...Object.values(endpoints), ...Object.values(pageEndpoints)]) {
      assert.ok(page.includes(`\n### ${each.operation}\n`), each.operation);
      assert.ok(page.includes(each.path), each.path);
    }
  });

  it("has a row for every refusal", () => {
    for (const name of Object.keys(wireErrors) as WireErrorName[]) {
      assert.ok(page.includes(`| \`${toWireError(name).body.message}\` | ${wireErrors[name].status} |`), name);
    }
  });

  it("has well-formed tables", () => {
    for (const block of page
      .trimEnd()
      .split("\n\n")
      .filter((each) => each.startsWith("|"))) {
      const widths = block.split("\n").map((line) => line.replaceAll("\\|", "").split("|").length);
      assert.equal(new Set(widths).size, 1, block.slice(0, 80));
    }
  });

  it("links to existing sections", () => {
    const anchors = new Set([...page.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => anchorOf(title)));
    for (const [, target = ""] of page.matchAll(/\]\(#([^)]+)\)/g)) assert.ok(anchors.has(target), target);
  });

  function anchorOf(title: string): string {
    return title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-");
  }
});
