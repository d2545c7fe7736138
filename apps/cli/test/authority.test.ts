import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { AuthorityStore } from "../src/certificates/authority-store.ts";
import { CertificateAuthority } from "../src/certificates/certificate-authority.ts";
import { interceptedDomains } from "../src/drop-in/hosts.ts";
import { cleanVariables, consigne, finish, lacks, temporaryFolder } from "./_fixtures.ts";

async function verify(t: TestContext, authority: CertificateAuthority, leafPem: string, ...options: string[]) {
  const folder = await temporaryFolder(t);
  const files = { ca: join(folder, "ca.pem"), leaf: join(folder, "leaf.pem") };
  await writeFile(files.ca, authority.certificatePem);
  await writeFile(files.leaf, leafPem);
  const strictly = ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", files.ca];
  return finish("openssl", [...strictly, ...options, files.leaf], process.env);
}

test("openssl accepts its certificates in strict mode, for every domain and one label below", async (t) => {
  if (lacks(t, "openssl", "version")) return;
  const authority = await CertificateAuthority.create(interceptedDomains);
  for (const domain of interceptedDomains) {
    const { certificatePem } = await authority.issueServerCertificate([domain, `*.${domain}`]);
    for (const host of [domain, `a-1.${domain}`]) {
      const { code, stderr } = await verify(t, authority, certificatePem, "-verify_hostname", host);
      assert.equal(code, 0, `${host}: ${stderr}`);
    }
  }
});

test("a certificate it signs for another name or for an address is rejected", async (t) => {
  if (lacks(t, "openssl", "version")) return;
  const authority = await CertificateAuthority.create(interceptedDomains);
  for (const name of ["example.com", "1fichier.com.example.com", "not1fichier.com"]) {
    const { certificatePem } = await authority.issueServerCertificate([name]);
    const { code, stderr } = await verify(t, authority, certificatePem);
    assert.notEqual(code, 0);
    assert.match(stderr, /permitted subtree violation/);
  }
});

test("its own certificate is limited: one level, one year, the domains only, no addresses", async (t) => {
  if (lacks(t, "openssl", "version")) return;
  const authority = await CertificateAuthority.create(interceptedDomains);
  const path = join(await temporaryFolder(t), "ca.pem");
  await writeFile(path, authority.certificatePem);
  const { stdout } = await finish("openssl", ["x509", "-in", path, "-noout", "-text"], process.env);
  assert.match(stdout, /Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
  assert.match(stdout, /Name Constraints: critical\s+Permitted:\s+DNS:1fichier\.com\s/);
  assert.match(stdout, /Excluded:\s+IP:0\.0\.0\.0\/0\.0\.0\.0\s+IP:0:0/);
  assert.match(stdout, /ASN1 OID: prime256v1/);
  const { validFromDate, validToDate } = new X509Certificate(authority.certificatePem);
  assert.ok(validToDate.getTime() - validFromDate.getTime() < 366 * 86_400_000);
  const leaf = new X509Certificate((await authority.issueServerCertificate(["1fichier.com"])).certificatePem);
  assert.ok(leaf.validToDate.getTime() - Date.now() <= 30 * 86_400_000);
});

test("the store makes it once, in a folder and a file that only the user can read", async (t) => {
  const folder = await temporaryFolder(t);
  const store = new AuthorityStore(folder, ["1fichier.com"]);
  const first = await store.open();
  const second = await store.open();
  assert.equal(first.certificatePem, second.certificatePem);
  assert.equal(await readFile(store.certificatePath, "utf8"), first.certificatePem);
  assert.equal((await stat(join(folder, "ca"))).mode & 0o777, 0o700);
  assert.equal((await stat(join(folder, "ca", "ca-key-and-certificate.pem"))).mode & 0o777, 0o600);
});

test("parallel first uses agree on one authority", async (t) => {
  const folder = await temporaryFolder(t);
  const stores = Array.from({ length: 8 }, () => new AuthorityStore(folder, ["1fichier.com"]));
  const authorities = await Promise.all(stores.map((store) => store.open()));
  assert.equal(new Set(authorities.map(({ certificatePem }) => certificatePem)).size, 1);
  const variables = await cleanVariables(t);
  const shown = await Promise.all([1, 2, 3].map(() => consigne(["ca", "show", "--json"], variables)));
  assert.equal(new Set(shown.map(({ stdout }) => stdout)).size, 1);
});

test("the store makes a new one shortly before it expires and when the domains have changed", async (t) => {
  const folder = await temporaryFolder(t);
  const authority = await new AuthorityStore(folder, ["1fichier.com"]).open();
  const daysAhead = (days: number) => new Date(Date.now() + days * 86_400_000);
  assert.equal(authority.isUsableFor(["1fichier.com"], daysAhead(300)), true);
  assert.equal(authority.isUsableFor(["1fichier.com"], daysAhead(340)), false);
  const other = await new AuthorityStore(folder, ["1fichier.com", "megadl.fr"]).open();
  assert.notEqual(other.certificatePem, authority.certificatePem);
});

test("the store refuses a damaged file or a key that others can read until it is renewed", async (t) => {
  const folder = await temporaryFolder(t);
  const store = new AuthorityStore(folder, ["1fichier.com"]);
  const first = await store.open();
  const path = join(folder, "ca", "ca-key-and-certificate.pem");
  await chmod(path, 0o644);
  await assert.rejects(store.open(), { name: "AuthorityStoreError", code: "authority-exposed" });
  const renewed = await store.renew();
  assert.notEqual(renewed.certificatePem, first.certificatePem);
  assert.equal((await store.open()).certificatePem, renewed.certificatePem);
  await writeFile(path, renewed.keyPem + first.certificatePem);
  await assert.rejects(store.open(), { code: "authority-unreadable" });
});
