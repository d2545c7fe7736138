import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { reachability } from "./networks.ts";

const nowhere = (): string[] => [];
const usual = reachability([], nowhere);

test("public internet addresses are allowed", () => {
  for (const address of [
    "1.1.1.1",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.169.0.1",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4007:80e::200e",
    "::ffff:1.1.1.1",
    "64:ff9b::1.1.1.1",
    "64:ff9b::101:101",
  ])
    assert.ok(usual(address), address);
});

test("every special network is refused", () => {
  for (const address of [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "100::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "4000::1",
  ])
    assert.ok(!usual(address), address);
});

test("addresses that embed a refused one are refused as well", () => {
  for (const address of [
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "::ffff:0:127.0.0.1",
    "::127.0.0.1",
    "::10.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b::c0a8:101",
    "64:ff9b::1",
    "64:ff9b::",
    "64:ff9b:1::1.1.1.1",
    "2002:7f00:1::1",
    "2002:c0a8:101::1",
    "2001:0:7f00:1::1",
    "2001::1",
  ])
    assert.ok(!usual(address), address);
});

test("an invalid address is refused", () => {
  for (const text of ["", "localhost", "127.1", "0x7f.1", "2130706433", "[::1]", "1.1.1.1:80"])
    assert.ok(!usual(text), text);
});

test("the operator's list allows what it names, in any notation, and nothing else", () => {
  const allowed = reachability(["192.168.1.0/24", "fd00::/8", "127.0.0.1"], nowhere);
  for (const address of [
    "192.168.1.7",
    "::ffff:192.168.1.7",
    "64:ff9b::192.168.1.7",
    "fd12::1",
    "127.0.0.1",
    "1.1.1.1",
  ])
    assert.ok(allowed(address), address);
  for (const address of ["192.168.2.7", "127.0.0.2", "::1", "0.0.0.0", "fc00::1", "169.254.169.254"])
    assert.ok(!allowed(address), address);
});

test("the machine's own networks are refused, even public ones, unless listed", () => {
  const own = () => ["2a01:4f8:1:2::/64", "5.9.1.2"];
  const here = reachability([], own);
  for (const address of ["2a01:4f8:1:2::99", "5.9.1.2", "::ffff:5.9.1.2", "64:ff9b::5.9.1.2"])
    assert.ok(!here(address), address);
  for (const address of ["2a01:4f8:1:3::99", "5.9.1.3"]) assert.ok(here(address), address);
  assert.ok(reachability(["5.9.1.2"], own)("5.9.1.2"));
  const addresses = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  const real = reachability([]);
  for (const address of addresses) assert.ok(!real(address), address);
});
