import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CertificateAuthority } from "../certificates/certificate-authority.ts";
import { javaTrustStore, javaTrustStorePassword } from "./java-trust-store.ts";

test("keytool finds the certificates in the trust store and accepts its checksum", async (t) => {
  if (spawnSync("keytool", ["-help"]).status !== 0) return t.skip("keytool is not installed");
  const folder = await mkdtemp(join(tmpdir(), "consigne-cli-test-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const authorities = await Promise.all([1, 2].map(() => CertificateAuthority.create(["1fichier.com"])));
  const path = join(folder, "truststore.jks");
  await writeFile(path, javaTrustStore(authorities.map(({ certificatePem }) => certificatePem)));
  const args = ["-J-Duser.language=en", "-list", "-storetype", "JKS", "-keystore", path];
  const { stdout, status } = spawnSync("keytool", [...args, "-storepass", javaTrustStorePassword], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
  for (const authority of authorities) assert.ok(stdout.includes(authority.summary().fingerprintSha256));
});
