import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { createLogger, readConfig, readEnvironment, startServer } from "../src/index.ts";
import { runOperator } from "./_operator.ts";
import { dataFolder, download, environmentOf, knownAdmin, listFiles, upload } from "./_server-process.ts";

test("a server whose small-file pack is damaged reports it, and serves and accepts everything else", async (context) => {
  const environment = environmentOf(await dataFolder(context), knownAdmin);
  const dataDir = environment["CONSIGNE_DATA_DIR"] ?? "";
  const lines: string[] = [];
  const start = () => {
    const logger = createLogger("error", { destination: { write: (line) => void lines.push(line) } });
    return startServer({ ...readConfig(readEnvironment(environment)), logger });
  };
  const large = "large ".repeat(20_000);
  {
    await using server = await start();
    await upload(server.publicUrl, { "early.txt": "early", "large.txt": large });
  }
  assert.equal(lines.length, 0, lines.join(""));
  const pack = join(dataDir, "bytes", "packs", "small.sqlite");
  await using file = await open(pack, "r+");
  await file.write(Buffer.alloc(4096, 0xff), 0, 4096, 0);
  {
    await using server = await start();
    const linkOf = async (name: string) =>
      (await listFiles(server.publicUrl)).find(({ filename }) => filename === name)?.url ?? assert.fail(name);
    assert.equal(await download(server.publicUrl, await linkOf("large.txt")), large);
    assert.notEqual(await download(server.publicUrl, await linkOf("early.txt")), "early");
    await upload(server.publicUrl, { "late.txt": "late" });
    assert.equal(await download(server.publicUrl, await linkOf("late.txt")), "late");
    const { attention } = await server.services.status.read("operator");
    assert.ok(attention.includes("damaged-data"), String(attention));
  }
  const told = lines.filter((line) => line.includes(`${pack} is damaged`));
  assert.equal(told.length, 2, lines.join(""));

  const checked = await runOperator(["fsck"], environment);
  assert.equal(checked.code, 3);
  assert.match(checked.stdout, /early\.txt/);
  assert.doesNotMatch(checked.stdout, /late\.txt|large\.txt/);
  assert.match(checked.stderr, /small\.sqlite is damaged \(reading: .+ consigne-server fsck names them/);

  {
    await using server = await start();
    await upload(server.publicUrl, { "again.txt": "early" });
    const early = (await listFiles(server.publicUrl)).find(({ filename }) => filename === "early.txt");
    assert.equal(await download(server.publicUrl, early?.url ?? ""), "early");
  }
});
