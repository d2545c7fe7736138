import assert from "node:assert/strict";
import { type Endpoint, endpoints } from "@consigne/contract";
import type { ApiAnswer, ApiClient } from "@consigne/testkit";
import type { TSchema } from "typebox";
// Several hundred files: suites that check no shapes do not load them.
import { Check, Errors } from "typebox/schema";
import { JSON_TYPE } from "./_wire.ts";

interface SchemaPart {
  properties?: Record<string, SchemaPart>;
  items?: SchemaPart;
}

/** Asserts that the contract's schema matches, nothing unnamed is there, and nothing is null. */
export function assertShape(schema: TSchema, value: unknown): void {
  assert.ok(Check(schema, value), `${JSON.stringify(value)} breaks ${JSON.stringify(Errors(schema, value)[1][0])}`);
  assertKnownKeys(schema, value, "answer");
  assertNoNull(value, "answer");
}

function assertKnownKeys(schema: SchemaPart, value: unknown, at: string): void {
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) assertKnownKeys(schema.items ?? {}, item, `${at}[]`);
  } else if (typeof value === "object" && value !== null && schema.properties !== undefined) {
    for (const [key, item] of Object.entries(value)) {
      const part = schema.properties[key];
      assert.ok(part !== undefined, `${at}.${key} is not in the contract`);
      assertKnownKeys(part, item, `${at}.${key}`);
    }
  }
}

function assertNoNull(value: unknown, at: string): void {
  assert.notEqual(value, null, `${at} is null`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) assertNoNull(item, `${at}.${key}`);
}

/** Asserts a success that every client can read: 200, the exact type, one line, the contract's shape. */
export function assertAnswer(endpoint: Endpoint, answer: ApiAnswer): Record<string, unknown> {
  assert.equal(answer.status, 200, `${endpoint.operation}: ${answer.text}`);
  assert.equal(answer.headers.get("content-type"), JSON_TYPE);
  assert.doesNotMatch(answer.text, /\n/);
  assertShape(endpoint.response, answer.json);
  return answer.json ?? {};
}

export interface ListedFile {
  url: string;
  filename: string;
  date: string;
}

/** The files that `file/ls` lists; checks the answer against the contract and its own count. */
export async function listFiles(client: ApiClient, body: object): Promise<ListedFile[]> {
  const answer = assertAnswer(endpoints.fileLs, await client.call("file/ls", body));
  const items = answer["items"] as ListedFile[];
  assert.equal(answer["count"], items.length);
  return items;
}

/** What `file/info` says about a link, checked against the contract. */
export async function fileInfo(client: ApiClient, url: string): Promise<Record<string, unknown>> {
  return assertAnswer(endpoints.fileInfo, await client.call("file/info", { url }));
}
