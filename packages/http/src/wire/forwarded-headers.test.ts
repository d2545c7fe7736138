import assert from "node:assert/strict";
import { test } from "node:test";
import type { FastifyReply, FastifyRequest } from "fastify";
import { warnOfUnnamedProxy } from "./forwarded-headers.ts";

/** How often the operator is warned after these requests: each a peer and its headers. */
function tellings(
  areProxiesNamed: boolean,
  requests: readonly (readonly [string, Record<string, string>])[],
): unknown[] {
  const told: unknown[] = [];
  const logger = { info: () => {}, error: () => {}, warn: (line: unknown) => void told.push(line) };
  const step = warnOfUnnamedProxy({ areProxiesNamed, trustedProxies: ["127.0.0.0/8", "::1"] }, logger);
  for (const [remoteAddress, headers] of requests) {
    step({ headers, socket: { remoteAddress } } as unknown as FastifyRequest, {} as FastifyReply);
  }
  return told;
}

const forwarded = { "x-forwarded-for": "198.51.100.7" };

test("an operator is warned once about an undeclared proxy", () => {
  const from = "172.17.0.2";
  assert.deepEqual(
    tellings(false, [
      [from, {}],
      [from, forwarded],
      [from, forwarded],
    ]),
    [{ peer: from }],
  );
  for (const name of ["x-forwarded-proto", "x-forwarded-host", "forwarded"])
    assert.equal(tellings(false, [[from, { [name]: "x" }]]).length, 1, name);
  assert.deepEqual(tellings(false, [[`::ffff:${from}`, forwarded]]), [{ peer: from }]);
});

test("nobody is warned about a trusted proxy, or where the operator declared the trusted ones", () => {
  assert.deepEqual(tellings(false, [["127.0.0.1", forwarded]]), []);
  assert.deepEqual(tellings(true, [["172.17.0.2", forwarded]]), []);
});
