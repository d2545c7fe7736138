import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { finish } from "./_programs.ts";
import { lacksRclone, requestsTo, Rclone } from "./_rclone.ts";

let rclone: Rclone;

/** Shares a folder with a public link and returns the id in it. */
async function share(name: string, pass?: string): Promise<string> {
  const folders = await rclone.server.api.ok("folder/ls", {});
  const found = (folders["sub_folders"] as { id: number; name: string }[]).find((folder) => folder.name === name);
  const body = { folder_id: found?.id, share: 1, ...(pass === undefined ? {} : { pass }) };
  const { url } = await rclone.server.api.ok("folder/share", body);
  return /\/dir\/([A-Za-z0-9]+)$/.exec(String(url))?.[1] ?? assert.fail(String(url));
}

describe("rclone reads a shared folder", { skip: lacksRclone, concurrency: 8 }, () => {
  before(async () => {
    rclone = await Rclone.start();
    for (const name of ["open", "locked"]) {
      await rclone.ok(
        "copy",
        await rclone.local(name, { "a.txt": name, "b.bin": "b".repeat(70_000) }),
        `my1fichier:${name}`,
      );
    }
  });
  after(() => rclone[Symbol.asyncDispose]());

  it("lists and copies a folder without a password", async () => {
    await rclone.addRemote("open", { api_key: rclone.server.apiKey, shared_folder: await share("open") });
    const { stdout } = await rclone.ok("lsjson", "open:");
    const items = JSON.parse(stdout) as { Name: string; Size: number }[];
    assert.deepEqual(
      items.map(({ Name, Size }) => [Name, Size]),
      [
        ["a.txt", 4],
        ["b.bin", 70_000],
      ],
    );
    const target = join(rclone.folder, "open-back");
    const run = await rclone.ok("copy", "open:", target);
    assert.equal(await readFile(join(target, "a.txt"), "utf8"), "open");
    assert.equal((await readFile(join(target, "b.bin"))).length, 70_000);
    assert.ok(requestsTo(run, "/get_token.cgi").length > 0);
  });

  // rclone never decodes the obscured form, so the server receives the password exactly as in the file.
  it("lists a folder whose password is in the configuration in clear, but not one in rclone's obscured form", async () => {
    const password = "open sesame";
    const id = await share("locked", password);
    const apiKey = rclone.server.apiKey;
    await rclone.addRemote("plain", { api_key: apiKey, shared_folder: id, folder_password: password });
    assert.equal((await rclone.ok("lsf", "plain:")).stdout, "a.txt\nb.bin\n");
    const target = join(rclone.folder, "locked-back");
    await rclone.ok("copy", "plain:", target);
    assert.equal(await readFile(join(target, "a.txt"), "utf8"), "locked");

    const { stdout } = await finish("rclone", ["obscure", password], { variables: rclone.variables });
    await rclone.addRemote("obscured", { api_key: apiKey, shared_folder: id, folder_password: stdout.trim() });
    await rclone.addRemote("bare", { api_key: apiKey, shared_folder: id });
    for (const remote of ["obscured", "bare"]) {
      const run = await rclone.run(["--retries", "1", "--low-level-retries", "1", "lsf", `${remote}:`]);
      assert.notEqual(run.code, 0, remote);
      assert.equal(run.stdout, "");
    }
  });

  it("lists nothing of a folder that is not shared", async () => {
    await rclone.addRemote("unknown", { api_key: rclone.server.apiKey, shared_folder: "Ab3dEf9h" });
    const run = await rclone.run(["--retries", "1", "--low-level-retries", "1", "lsf", "unknown:"]);
    assert.notEqual(run.code, 0);
    assert.equal(run.stdout, "");
  });
});
