import assert from "node:assert/strict";
import { test } from "node:test";
import { noProxyForPrograms } from "./no-proxy.ts";

test("entries that could exempt an intercepted host are removed, in any form that programs accept", () => {
  const dropped = "*, .com com er.com 1fichier.com .1fichier.com *.1fichier.com,api.1fichier.com:443,fr,MEGADL.FR";
  assert.equal(noProxyForPrograms(dropped), "localhost,127.0.0.1,::1");
});

test("other entries are kept in order, without duplicates", () => {
  const kept = "intranet.example,10.0.0.0/8,localhost,example.com:8443";
  assert.equal(noProxyForPrograms(kept), "intranet.example,10.0.0.0/8,localhost,example.com:8443,127.0.0.1,::1");
});
