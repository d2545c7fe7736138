import assert from "node:assert/strict";
import { test } from "node:test";
import { isAddressPattern, matchesAnyAddress, plainAddress, plainPattern } from "./address-match.ts";

test("an IPv4-mapped IPv6 address is its IPv4 address, in every notation", () => {
  for (const dressed of ["::ffff:192.0.2.1", "::FFFF:192.0.2.1", "::ffff:c000:201", "0:0:0:0:0:ffff:c000:201"])
    assert.equal(plainAddress(dressed), "192.0.2.1");
  assert.equal(plainAddress("192.0.2.1"), "192.0.2.1");
});

test("an IPv6 address has one notation", () => {
  for (const spelled of [
    "2001:db8::1",
    "2001:DB8::1",
    "2001:0db8:0:0::0001",
    "2001:db8:0:0:0:0:0:1",
    "2001:db8::1%eth0",
  ])
    assert.equal(plainAddress(spelled), "2001:db8::1");
});

test("an invalid address is left unchanged", () => {
  for (const text of ["", "unknown", "192.0.2.01", "192.0.2.1:80", "[2001:db8::1]", "2001:db8::g"])
    assert.equal(plainAddress(text), text);
});

test("an address or a block is a valid pattern, anything else is not", () => {
  for (const good of ["192.0.2.1", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::/32", "::1"])
    assert.ok(isAddressPattern(good), good);
  for (const bad of [
    "",
    "x",
    "192.0.2.1/33",
    "::1/129",
    "192.0.2.1/",
    "192.0.2.1/8/8",
    "192.0.2",
    "192.0.2.1/-1",
    "1.2.3.4/a",
  ])
    assert.ok(!isAddressPattern(bad), bad);
});

test("a caller matches by address or block, never across families or by an invalid pattern", () => {
  assert.ok(matchesAnyAddress("::ffff:192.0.2.9", ["198.51.100.1", "192.0.2.0/24"]));
  assert.ok(matchesAnyAddress("2001:db8:ffff::1", ["2001:db8::/32"]));
  assert.ok(!matchesAnyAddress("2001:db9::1", ["2001:db8::/32"]));
  assert.ok(!matchesAnyAddress("192.0.2.9", ["2000::/3"]));
  assert.ok(!matchesAnyAddress("192.0.2.9", []));
  assert.ok(!matchesAnyAddress("192.0.2.9", ["192.0.2.9/99", "nonsense"]));
  assert.ok(!matchesAnyAddress("nonsense", ["0.0.0.0/0", "::/0"]));
});

test("an IPv4-mapped pattern matches its IPv4 addresses, and nothing if it reaches beyond IPv4", () => {
  for (const pattern of ["::ffff:192.0.2.9", "::FFFF:c000:209", "::ffff:192.0.2.0/120"]) {
    assert.ok(matchesAnyAddress("192.0.2.9", [pattern]), pattern);
    assert.ok(matchesAnyAddress("::ffff:192.0.2.9", [pattern]), pattern);
    assert.ok(!matchesAnyAddress("198.51.100.1", [pattern]), pattern);
  }
  assert.ok(!matchesAnyAddress("192.0.2.9", ["::ffff:0.0.0.0/80"]));
});

test("an IPv6 block contains the addresses with its bits, and ::/0 contains IPv4 too", () => {
  assert.ok(matchesAnyAddress("2001:db8:1:2:8000::1", ["2001:db8:1:2:8000::/65"]));
  assert.ok(!matchesAnyAddress("2001:db8:1:2:7fff::1", ["2001:db8:1:2:8000::/65"]));
  assert.ok(matchesAnyAddress("2001:db8::2", ["2001:DB8:0::0003/127"]));
  assert.ok(!matchesAnyAddress("2001:db8::4", ["2001:db8::3/127"]));
  assert.ok(matchesAnyAddress("192.0.2.130", ["192.0.2.129/25"]));
  assert.ok(!matchesAnyAddress("192.0.2.1", ["192.0.2.129/25"]));
  assert.ok(matchesAnyAddress("192.0.2.9", ["::/0"]));
  assert.ok(!matchesAnyAddress("::1", ["0.0.0.0/0"]));
});

test("access lists are not kept in memory", () => {
  const list = (at: number) =>
    Array.from({ length: 250 }, (_, entry) => `2001:db8:${at.toString(16)}:${entry.toString(16)}::/127`);
  const before = process.memoryUsage.rss();
  for (let at = 0; at < 400; at++) assert.ok(!matchesAnyAddress("192.0.2.9", list(at)));
  const grownBytes = process.memoryUsage.rss() - before;
  assert.ok(grownBytes < 128 * 2 ** 20, `${grownBytes} bytes`);
});

test("a list with an invalid pattern is never mistaken for another list", () => {
  assert.equal(matchesAnyAddress("127.0.0.1", ["127.0.0.0/8 ::1"]), false);
  assert.equal(matchesAnyAddress("127.0.0.1", ["127.0.0.0/8", "::1"]), true);
});

test("an IPv4-mapped block is the IPv4 block, and none if it reaches beyond", () => {
  assert.equal(plainPattern("::ffff:10.0.0.0/104"), "10.0.0.0/8");
  assert.equal(plainPattern("::ffff:10.1.2.3"), "10.1.2.3");
  assert.equal(plainPattern("::ffff:10.0.0.0/8"), undefined);
  assert.equal(plainPattern("2001:DB8::/32"), "2001:db8::/32");
});
