import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import tls from "node:tls";
import { lacking } from "./_lacking.ts";
import { assertFails, fetchAll, order, testFetcher, until } from "./_fetching.ts";
import { httpAnswer, openRawServer, type RawAnswer, redirectTo } from "./_raw-server.ts";

const folder = mkdtempSync(join(tmpdir(), "consigne-fetch-tls-"));
const fetcher = testFetcher({ resolve: async () => ["127.0.0.1"] });
const skip = lacking("openssl", "version");

const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });

/** A key and certificate issued by the test's authority. */
function issue(name: string, subjectAltName: string, days = "2"): { key: Buffer; cert: Buffer } {
  openssl(
    "req",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.csr`,
    "-subj",
    `/CN=${name}`,
  );
  writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${subjectAltName}\n`);
  const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", `${name}.ext`, "-days", days];
  openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...signed);
  return { key: readFileSync(join(folder, `${name}.key`)), cert: readFileSync(join(folder, `${name}.pem`)) };
}

suite("a TLS server", { skip }, () => {
  const known = tls.getCACertificates("default");
  let good: { key: Buffer; cert: Buffer };

  before(() => {
    openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-subj",
      "/CN=Test",
      "-days",
      "2",
    );
    good = issue("good", "DNS:good.example,IP:127.0.0.1");
  });
  after(() => {
    tls.setDefaultCACertificates(known);
    rmSync(folder, { recursive: true });
  });

  const open = (answer: RawAnswer, certificate = good) =>
    openRawServer(answer, { server: tls.createServer(certificate) });
  const trust = () => tls.setDefaultCACertificates([...known, readFileSync(join(folder, "ca.pem"), "utf8")]);

  test("with an untrusted certificate authority is refused, whatever the environment says", async () => {
    await using server = await open(() => httpAnswer("secret"));
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      const error = await assertFails(fetchAll(fetcher, `https://good.example:${server.port}/`), "unreachable");
      assert.match(error.message, /^The certificate of good\.example cannot be trusted\.$/);
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    }
    assert.equal(server.requests.length, 0);
  });
  test("with a trusted authority is accepted by its name and address, and is sent the name", async () => {
    trust();
    const names: unknown[] = [];
    const server = tls.createServer({ ...good, SNICallback: (name, done) => (names.push(name), done(null)) });
    await using raw = await openRawServer(() => httpAnswer("hello"), { server });
    for (const host of ["good.example", "good.example.", "127.0.0.1"])
      assert.equal((await fetchAll(fetcher, `https://${host}:${raw.port}/`)).body, "hello");
    assert.deepEqual(names, ["good.example", "good.example"]);
    assert.equal(raw.requests[0]?.headers.get("host"), `good.example:${raw.port}`);
  });
  test("with a certificate for another name is refused, also after a redirect", async () => {
    trust();
    await using server = await open(() => httpAnswer("secret"));
    const error = await assertFails(fetchAll(fetcher, `https://other.example:${server.port}/`), "unreachable");
    assert.match(error.message, /certificate of other\.example cannot be trusted/);
    await using leading = await open(() => redirectTo(`https://other.example:${server.port}/`));
    await assertFails(fetchAll(fetcher, `https://good.example:${leading.port}/`), "unreachable");
    assert.equal(server.requests.length, 0);
  });
  test("with an expired certificate is refused", async () => {
    trust();
    await using server = await open(() => httpAnswer("secret"), issue("old", "DNS:good.example", "-1"));
    await assertFails(fetchAll(fetcher, `https://good.example:${server.port}/`), "unreachable");
  });
  test("that does not speak TLS, or never answers, is refused", async () => {
    const talking = createServer((socket) => void socket.end("220 no TLS here\r\n"));
    await using plain = await openRawServer(() => undefined, { server: talking });
    const error = await assertFails(fetchAll(fetcher, `https://good.example:${plain.port}/`), "unreachable");
    assert.match(error.message, /^No secure connection to good\.example could be established\.$/);
    await using silent = await openRawServer(() => undefined);
    const hasty = testFetcher({ resolve: async () => ["127.0.0.1"], bounds: { connectMs: 40 } });
    await assertFails(fetchAll(hasty, `https://good.example:${silent.port}/`), "unreachable");
    await until(() => silent.open.size === 0);
  });
  test("may redirect to HTTP only if no headers or login were given", async () => {
    trust();
    await using plain = await openRawServer(() => httpAnswer("hello"));
    await using server = await open(() => redirectTo(`http://good.example:${plain.port}/`));
    const at = `good.example:${server.port}/`;
    assert.equal((await fetchAll(fetcher, `https://${at}`)).body, "hello");
    const withHeaders = order(`https://${at}`, { headers: [["X-Token", "1"]] });
    await assertFails(fetchAll(fetcher, withHeaders), "redirects");
    await assertFails(fetchAll(fetcher, `https://user:pass@${at}`), "redirects");
    assert.equal(plain.requests.length, 1);
  });
});
