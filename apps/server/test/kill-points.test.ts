import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createLogger, readConfig, readEnvironment, startServer } from "../src/index.ts";
import { dataFolder, download, environmentOf, knownAdmin, listFiles, startProcess, upload } from "./_server-process.ts";

const entry = fileURLToPath(new URL("./_dying-server.ts", import.meta.url));
const big = "0123456789abcdef".repeat(50_000);
const lostSteps = [
  "after-stage",
  "mid-write",
  "before-complete",
  "after-complete",
  "before-commit",
  "inside-transaction",
];
const keptSteps = ["after-commit", "before-dropping-spare-bytes", "before-answer"];

for (const step of [...lostSteps, ...keptSteps]) {
  const isKept = keptSteps.includes(step);
  test(`killed ${step.replaceAll("-", " ")}: ${isKept ? "the upload is complete" : "nothing of the upload is visible"}`, async (context) => {
    const environment = environmentOf(await dataFolder(context), knownAdmin);
    const dying = await startProcess(context, environment, { entry, args: [step] });
    assert.equal((await upload(dying.url, { "kept.txt": "kept" })).status, 302);
    const answer = upload(dying.url, { "big.txt": big, "same.txt": "kept" }, { id: "Killed0001" });
    // Replaced bytes are removed in parallel to the answer, which may be sent first.
    if (step === "before-dropping-spare-bytes") await Promise.allSettled([answer]);
    else await assert.rejects(answer);
    assert.equal((await dying.finished).signal, "SIGKILL");

    const { config, secrets } = readConfig(readEnvironment(environment));
    await using server = await startServer({ config, secrets, logger: createLogger("silent"), graceMs: 100 });
    const url = server.publicUrl;
    const names = (await listFiles(url)).map(({ filename }) => filename);
    assert.deepEqual(names.toSorted(), isKept ? ["big.txt", "kept.txt", "same.txt"] : ["kept.txt"]);
    const report = await fetch(`${url}/end.pl?xid=Killed0001`, { headers: { JSON: "1" } });
    assert.equal(report.ok, isKept);
    await report.arrayBuffer();

    assert.equal(
      (await upload(url, { "big.txt": big, "same.txt": "kept" })).status,
      302,
      "a new id accepts the files again",
    );
    const contents: Record<string, string> = { "big.txt": big, "same.txt": "kept", "kept.txt": "kept" };
    const files = await listFiles(url);
    assert.equal(files.length, isKept ? 5 : 3);
    for (const file of files) assert.ok((await download(url, file.url)) === contents[file.filename], file.filename);
    const check = await server.services.storageCheck.run({ repair: false, isDeep: true });
    assert.equal(check.isSound, true);
    assert.equal(check.blobRows, 2);
    await server.services.collector.collect();
    assert.equal((await server.services.storageCheck.run({ repair: true, isDeep: true })).isSound, true);
  });
}
