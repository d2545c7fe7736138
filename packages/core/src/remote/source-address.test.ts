import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError } from "../errors.ts";
import { laneOf, readSourceAddress } from "./source-address.ts";

test("shows a URL as given, except for anything before the @", () => {
  for (const url of ["https://example.org/a?b=c#d", "ftp://EXAMPLE.org/x", "http://[::1]:8080/"]) {
    const { shownUrl, hasCredentials } = readSourceAddress(` ${url}\n`);
    assert.deepEqual([shownUrl, hasCredentials], [url, false]);
  }
  for (const who of ["user:hunter2", "token", "token:x-oauth-basic", ":hunter2", "a%40b:c"]) {
    const address = readSourceAddress(`https://${who}@example.org/a`);
    assert.deepEqual([address.url, address.shownUrl], [`https://${who}@example.org/a`, "https://example.org/a"]);
    assert.equal(address.hasCredentials, true);
  }
  assert.equal(readSourceAddress("https://Example.ORG:8443/x").host, "example.org");
  assert.equal(readSourceAddress(" ftp://example.org/a b.iso ").url, "ftp://example.org/a%20b.iso");
});

test("recognizes a host in every spelling of its name", () => {
  for (const host of [
    "example.org",
    "EXAMPLE.org",
    "example.org.",
    "example.org:8443",
    "example.org.:8443",
    "u:p@example.org.",
  ]) {
    assert.equal(laneOf(`https://${host}/x`), "host example.org", host);
  }
  assert.equal(laneOf("http://127.0.0.1./x"), laneOf("http://2130706433/x"));
  assert.notEqual(laneOf("https://www.example.org/x"), laneOf("https://example.org/x"));
});

test("repeats no secret from a URL that it refuses", () => {
  const secrets = [
    "file://user:hunter2@host/x",
    "https://user:hunter2@",
    "user:hunter2@example.org",
    "https://u:hunter2@a b/",
    `x://a:hunter2@${"y".repeat(9000)}`,
  ];
  for (const text of secrets) {
    assert.throws(
      () => readSourceAddress(text),
      (error) =>
        isDomainError(error, "bad-argument") && !error.message.includes("hunter2") && error.message.length < 300,
      text,
    );
  }
});
