import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { isDomainError } from "@consigne/core";
import { openBench, uploadTexts } from "../_services.ts";

test("a call that changes nothing writes neither a row nor a record", async () => {
  await using bench = await openBench();
  const owner = await bench.account();
  const { files, folders, shares, accounts } = bench.services;
  const folder = (await folders.create(owner, "root", "folder")).id;
  const [one, two] = await uploadTexts(bench, owner, { "one.txt": "1", "two.txt": "2" }, folder);
  const references = [{ fileId: one?.fileId ?? "" }, { fileId: two?.fileId ?? "" }];
  const attributes = {
    description: "note",
    isInline: true,
    isCdn: false,
    accessList: { emails: ["a@example.org"], isPremiumOnly: true },
  };
  await files.changeAttributes(owner, references, attributes);
  await shares.share(owner, folder, { isShared: true, password: undefined });

  const connection = new DatabaseSync(join(bench.dataDir, "consigne.sqlite"));
  const version = () => connection.prepare("pragma data_version").get()?.["data_version"];
  const before = version();
  const moved = await files.move(owner, references, folder);
  assert.deepEqual(
    moved.map(({ id }) => ({ fileId: id })),
    references,
  );
  await files.move(owner, references.slice(0, 1), folder, { newName: "one.txt" });
  assert.equal((await files.changeAttributes(owner, references, attributes)).length, 2);
  await files.changeAttributes(owner, references, { password: "" });
  await files.changeAttributes(owner, references, {});
  const renames = references.map((reference, index) => ({ reference, name: ["one.txt", "two.txt"][index] ?? "" }));
  await assert.rejects(files.rename(owner, renames), (error) => isDomainError(error, "nothing-renamed"));
  await folders.move(owner, folder, { parent: "root", name: "folder" });
  await shares.share(owner, folder, { isShared: true, password: "" });
  await shares.share(owner, folder, { isShared: undefined, password: undefined });
  await accounts.updateSettings(owner, { pageLimit: owner.account.settings.pageLimit });
  assert.equal(version(), before);

  const records = () => bench.ports.database.audit.list({ limit: 1000 });
  const earlier = (await records()).length;
  const renamed = await files.rename(owner, [renames[0], { ...renames[1], name: "new.txt" }] as typeof renames);
  assert.deepEqual(
    renamed.map(({ oldName, file }) => [oldName, file.name]),
    [
      ["one.txt", "one.txt"],
      ["two.txt", "new.txt"],
    ],
  );
  assert.equal((await records()).length, earlier + 1, "only files that changed are recorded");
  connection.close();
});
