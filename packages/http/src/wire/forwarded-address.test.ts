import assert from "node:assert/strict";
import { test } from "node:test";
import { forwardedAddress } from "./forwarded-address.ts";

test("an address is found with or without a port, in every notation", () => {
  for (const entry of ["192.0.2.1", " 192.0.2.1 ", "192.0.2.1:80", "::FFFF:192.0.2.1", "[::ffff:192.0.2.1]:65535"])
    assert.equal(forwardedAddress(entry), "192.0.2.1", entry);
  for (const entry of ["2001:db8::1", "[2001:db8::1]", "[2001:DB8::1]:5678", "2001:db8:0::0001", "[2001:db8::1%25]:80"])
    assert.equal(forwardedAddress(entry), "2001:db8::1", entry);
});

test("an invalid address is none", () => {
  const entries = [
    "",
    "unknown",
    "_hidden",
    "192.0.2.1:",
    "192.0.2.1:http",
    "192.0.2.01",
    "192.0.2",
    "192.0.2.1:80:80",
  ];
  for (const entry of [
    ...entries,
    "[192.0.2.1]:80",
    "[2001:db8::1",
    "2001:db8::g",
    "example.org:80",
    "1.2.3.4, 5.6.7.8",
  ])
    assert.equal(forwardedAddress(entry), undefined, entry);
});
