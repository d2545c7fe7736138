import assert from "node:assert/strict";
import { test } from "node:test";
import { isExemptFromProxy, UserProxies } from "./user-proxies.ts";

test("an entry exempts its host and all subdomains, and only its port if it names one", () => {
  assert.equal(isExemptFromProxy("example.com", 443, "example.com"), true);
  assert.equal(isExemptFromProxy("a.example.com", 443, ".example.com"), true);
  assert.equal(isExemptFromProxy("notexample.com", 443, "example.com"), false);
  assert.equal(isExemptFromProxy("example.com", 443, "example.com:8443"), false);
  assert.equal(isExemptFromProxy("example.com", 8443, "example.com:8443"), true);
  assert.equal(isExemptFromProxy("::1", 443, "::1"), true);
  assert.equal(isExemptFromProxy("anything", 443, "*"), true);
  assert.equal(isExemptFromProxy("anything", 443, undefined), false);
});

test("an entry may be an address block", () => {
  assert.equal(isExemptFromProxy("10.1.2.3", 443, "10.0.0.0/8"), true);
  assert.equal(isExemptFromProxy("11.1.2.3", 443, "10.0.0.0/8"), false);
  assert.equal(isExemptFromProxy("fd00::1", 443, "10.0.0.0/8,fd00::/8"), true);
  for (const nonsense of ["10.0.0.0/33", "10.0.0.0/x", "/8", "name/8"]) {
    assert.equal(isExemptFromProxy("10.1.2.3", 443, nonsense), false, nonsense);
  }
});

test("each scheme has its proxy, lower-case variables win, and this machine is reached directly", () => {
  const proxies = new UserProxies({ https_proxy: "a:1", HTTPS_PROXY: "b:2", HTTP_PROXY: "http://c:3" });
  assert.equal(proxies.proxyFor("https", "example.org", 443)?.host, "a:1");
  assert.equal(proxies.proxyFor("http", "example.org", 80)?.host, "c:3");
  for (const host of ["localhost", "127.0.0.1", "::1", "a.localhost"]) {
    assert.equal(proxies.proxyFor("https", host, 443), undefined);
  }
  assert.equal(new UserProxies({ ALL_PROXY: "d:4" }).proxyFor("http", "example.org", 80)?.host, "d:4");
});

test("a request header cannot set the proxy in a CGI program", () => {
  const proxies = new UserProxies({ HTTP_PROXY: "http://evil:1", REQUEST_METHOD: "GET" });
  assert.equal(proxies.proxyFor("http", "example.org", 80), undefined);
});

test("a proxy of an unknown kind is refused, not bypassed", () => {
  const proxies = new UserProxies({ ALL_PROXY: "socks5://127.0.0.1:1080", NO_PROXY: "exempt.example" });
  assert.throws(() => proxies.proxyFor("https", "example.org", 443), { name: "NetworkError" });
  assert.equal(proxies.proxyFor("https", "exempt.example", 443), undefined);
});
