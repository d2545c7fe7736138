import assert from "node:assert/strict";
import { test } from "node:test";
import { faceOfHost } from "@consigne/contract";
import { interceptedDomainOf, interceptedDomains, normalizedHost, splitHostAndPort } from "./hosts.ts";

test("a domain and its subdomains are intercepted, but not names that only look similar", () => {
  assert.equal(interceptedDomainOf("1fichier.com"), "1fichier.com");
  assert.equal(interceptedDomainOf("a.b.dl4free.com"), "dl4free.com");
  for (const host of ["not1fichier.com", "1fichier.com.example", "example.com", "", "127.0.0.1", "a b.1fichier.com"]) {
    assert.equal(interceptedDomainOf(host), undefined, host);
  }
});

test("hosts are compared in lower case, without a port or trailing dot", () => {
  assert.equal(normalizedHost("API.1Fichier.com.:443"), "api.1fichier.com");
});

test("host and port are separated, and IPv6 addresses recognized by their brackets", () => {
  assert.deepEqual(splitHostAndPort("example.com:443"), { host: "example.com", port: 443 });
  assert.deepEqual(splitHostAndPort("[::1]:8443"), { host: "::1", port: 8443 });
  assert.deepEqual(splitHostAndPort("example.com"), { host: "example.com", port: undefined });
  assert.deepEqual(splitHostAndPort("example.com:70000"), { host: "example.com", port: undefined });
  assert.deepEqual(splitHostAndPort("a:b:c"), { host: "", port: undefined });
});

test("the contract has a face for every intercepted domain", () => {
  for (const domain of interceptedDomains) {
    assert.deepEqual(faceOfHost(domain), { kind: "original", host: domain });
    assert.equal(interceptedDomainOf(`a-1.${domain}`), domain);
  }
});
