import assert from "node:assert/strict";
import { hostname, type NetworkInterfaceInfo } from "node:os";
import { suite, test } from "node:test";
import { ServerUrl } from "./server-url.ts";

const address = (text: string, internal = false) =>
  ({ address: text, internal, family: text.includes(":") ? "IPv6" : "IPv4" }) as NetworkInterfaceInfo;
const interfaces = () => ({
  lo: [address("127.0.0.1", true), address("::1", true)],
  eth0: [address("fe80::1"), address("192.0.2.7"), address("2001:db8::7")],
});
const listening = (on: string) => ({ address: on, port: 8080, family: on.includes(":") ? "IPv6" : "IPv4" });
const asked = (host: string, localAddress = "192.0.2.7", protocol = "http") => ({ host, localAddress, protocol });

suite("the URL used in links", () => {
  test("is the configured one, whatever host was requested", () => {
    const url = new ServerUrl("https://files.example.org", listening("0.0.0.0"), interfaces);
    assert.equal(url.main, "https://files.example.org");
    assert.equal(url.for(asked("192.0.2.7:8080")), "https://files.example.org");
    assert.equal(url.isGuessed, false);
  });

  test("uses the requested host if it is a name or an address of this machine", () => {
    for (const on of ["0.0.0.0", "::", "127.0.0.1"]) {
      const url = new ServerUrl(undefined, listening(on), interfaces);
      assert.equal(url.for(asked("192.0.2.7:8080")), "http://192.0.2.7:8080", on);
      assert.equal(url.for(asked("localhost:9000")), "http://localhost:9000");
      assert.equal(url.for(asked("[2001:DB8::7]:8080")), "http://[2001:db8::7]:8080");
      assert.equal(url.for(asked("127.0.0.1", undefined, "https")), "https://127.0.0.1");
      const name = hostname().toLowerCase();
      assert.equal(url.for(asked(`${name}:8080`)), `http://${name}:8080`);
      assert.equal(url.for(asked(`${name}.local`)), `http://${name}.local`);
    }
  });

  test("uses the address of the connection if the host is not ours", () => {
    const url = new ServerUrl(undefined, listening("::"), interfaces);
    for (const host of ["evil.example", "192.0.2.8", "", "a b", 'x"><script>', "user@192.0.2.7", "192.0.2.7:x"]) {
      assert.equal(url.for(asked(host)), "http://192.0.2.7:8080", host);
    }
    assert.equal(url.for(asked("nas.lan", "::ffff:192.0.2.7")), "http://192.0.2.7:8080");
    assert.equal(url.for(asked("nas.lan", "2001:db8::7")), "http://[2001:db8::7]:8080");
    const local = new ServerUrl(undefined, listening("127.0.0.1"), interfaces);
    assert.equal(local.for(asked("evil.example", "127.0.0.1")), "http://127.0.0.1:8080");
  });

  test("shown to the operator reaches the machine from outside, and is marked as a guess", () => {
    for (const on of ["0.0.0.0", "::"]) {
      const url = new ServerUrl(undefined, listening(on), interfaces);
      assert.deepEqual([url.main, url.isGuessed], ["http://192.0.2.7:8080", true]);
    }
    const alone = new ServerUrl(undefined, listening("0.0.0.0"), () => ({ lo: [address("127.0.0.1", true)] }));
    assert.equal(alone.main, "http://127.0.0.1:8080");
    const six = new ServerUrl(undefined, listening("::1"), interfaces);
    assert.deepEqual([six.main, six.isGuessed], ["http://[::1]:8080", false]);
  });
});
