import assert from "node:assert/strict";
import { chmod, copyFile, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { type Certificate, CertificateFiles } from "../src/certificate-files.ts";
import { StartError } from "../src/start-error.ts";
import { lackingOpenssl, makeCertificate } from "./_certificates.ts";
import { dataFolder } from "./_server-process.ts";

suite("certificate and key files", { skip: lackingOpenssl() }, () => {
  const open = async (context: TestContext) => {
    const folder = await dataFolder(context);
    const { cert: certFile, key: keyFile } = await makeCertificate(folder, "server");
    const problems: string[] = [];
    const files = await CertificateFiles.open({ certFile, keyFile }, (problem) => problems.push(problem));
    const taken: Certificate[] = [];
    files.watch((certificate) => taken.push(certificate));
    context.after(() => files[Symbol.dispose]());
    return { folder, certFile, keyFile, files, problems, taken };
  };

  test("are reloaded when renewed, and not before", async (context) => {
    const { folder, certFile, keyFile, files, problems, taken } = await open(context);
    await files.look();
    assert.equal(taken.length, 0);
    const renewed = await makeCertificate(folder, "renewed");
    await rename(renewed.cert, certFile);
    await rename(renewed.key, keyFile);
    await files.look();
    await files.look();
    assert.deepEqual(taken, [{ cert: await readFile(certFile), key: await readFile(keyFile) }]);
    assert.equal(files.current, taken[0]);
    assert.deepEqual(problems, []);
  });

  test("are reloaded when a link points elsewhere", async (context) => {
    const { folder, certFile, keyFile, files, taken } = await open(context);
    const { cert, key } = await makeCertificate(folder, "renewed");
    for (const [path, to] of [
      [certFile, cert],
      [keyFile, key],
    ] as const) {
      await rm(path);
      await symlink(to, path);
    }
    await files.look();
    assert.deepEqual(taken, [{ cert: await readFile(cert), key: await readFile(key) }]);
  });

  test("are used with a warning about a key that everybody can read", async (context) => {
    const { folder, keyFile, certFile, files, problems } = await open(context);
    assert.deepEqual(problems, []);
    const renewed = await makeCertificate(folder, "renewed");
    await chmod(renewed.key, 0o640);
    await rename(renewed.cert, certFile);
    await rename(renewed.key, keyFile);
    await files.look();
    assert.deepEqual(problems, [], "group access is allowed");
    await chmod(keyFile, 0o644);
    const told: string[] = [];
    (await CertificateFiles.open({ certFile, keyFile }, (problem) => told.push(problem)))[Symbol.dispose]();
    assert.deepEqual(told, [
      `Every user of this machine can read the key ${keyFile}: run \`chmod o-rwx\` on it, and consider a new key.`,
    ]);
  });

  test("stay in use while their replacements are invalid, which is reported once", async (context) => {
    const { folder, certFile, keyFile, files, problems, taken } = await open(context);
    const before = files.current;
    const other = await makeCertificate(folder, "other");
    await copyFile(other.cert, certFile);
    await files.look();
    await files.look();
    assert.match(
      problems.join("\n"),
      /^The certificate [^\n]+: the key does not belong to the certificate\. The previous certificate stays in use\.$/,
    );
    await rm(keyFile);
    await files.look();
    assert.match(problems[1] ?? "", /server\.key cannot be read: [^\n]+ stays in use\.$/);
    assert.equal(files.current, before);
    await copyFile(other.key, keyFile);
    await files.look();
    assert.equal(taken.length, 1);
  });

  test("stay in use while their replacements are half written, at any point", async (context) => {
    const { folder, certFile, keyFile, files, problems, taken } = await open(context);
    const before = files.current;
    const other = await makeCertificate(folder, "other");
    for (const [whole, file] of [
      [await readFile(other.cert), certFile],
      [await readFile(other.key), keyFile],
    ] as const) {
      for (const ofAll of [0, 0.01, 0.3, 0.7, 0.98]) {
        problems.length = 0;
        await writeFile(file, whole.subarray(0, Math.floor(whole.length * ofAll)));
        await files.look();
        const told = problems.join("\n");
        assert.match(told, /^The certificate [^\n]+ The previous certificate stays in use\.$/, `${file}: ${ofAll}`);
        assert.doesNotMatch(told, /error:|routines/, "in readable words");
      }
    }
    assert.equal(files.current, before);
    await copyFile(other.cert, certFile);
    await copyFile(other.key, keyFile);
    await files.look();
    assert.equal(taken.length, 1);
  });

  test("stop the start with the reason if they cannot be used", async (context) => {
    const folder = await dataFolder(context);
    const { cert, key } = await makeCertificate(folder, "server");
    const other = await makeCertificate(folder, "other");
    const text = join(folder, "text");
    await writeFile(text, "no certificate");
    const cases = [
      [cert, other.key, /the key does not belong to the certificate\. Set CONSIGNE_TLS_CERT/],
      [text, key, /not in PEM format/],
      [key, cert, /not in PEM format, or they are in each other's place/],
      [cert, cert, /the key is damaged or ends too early, is not in PEM format, or is not a key\. Set/],
      [join(folder, "absent"), key, /absent cannot be read: /],
    ] as const;
    for (const [certFile, keyFile, reason] of cases) {
      await assert.rejects(
        CertificateFiles.open({ certFile, keyFile }, () => undefined),
        (error) => error instanceof StartError && reason.test(error.message),
        String(reason),
      );
    }
  });

  test("are reported as expired", async (context) => {
    const folder = await dataFolder(context);
    const { cert: certFile, key: keyFile } = await makeCertificate(folder, "ended");
    context.mock.timers.enable({ apis: ["Date"], now: Date.now() + 31 * 24 * 3_600_000 });
    const problems: string[] = [];
    (await CertificateFiles.open({ certFile, keyFile }, (problem) => problems.push(problem)))[Symbol.dispose]();
    assert.match(problems[0] ?? "", /ended\.pem expired on .+: clients refuse it until it is renewed\.$/);
  });
});
