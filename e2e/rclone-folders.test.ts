import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { finish } from "./_programs.ts";
import { lacksRclone, requestsTo, Rclone } from "./_rclone.ts";

let rclone: Rclone;

describe("rclone manages folders, removals, links and usage", { skip: lacksRclone, concurrency: 8 }, () => {
  before(async () => void (rclone = await Rclone.start()));
  after(() => rclone[Symbol.asyncDispose]());

  it("removes one file and leaves the others", async () => {
    const folder = await rclone.local("neighbours", { "a.txt": "a", "b.txt": "b" });
    await rclone.ok("copy", folder, "my1fichier:neighbours");
    await rclone.ok("deletefile", "my1fichier:neighbours/a.txt");
    assert.deepEqual(await rclone.names("my1fichier:neighbours"), ["b.txt"]);
    const again = await rclone.run(["--retries", "1", "deletefile", "my1fichier:neighbours/a.txt"]);
    assert.notEqual(again.code, 0);
  });

  it("is refused the removal of a folder that is not empty, at once and without retries", async () => {
    const folder = await rclone.local("full", { "inside.txt": "still here" });
    await rclone.ok("copy", folder, "my1fichier:full");
    await rclone.ok("mkdir", "my1fichier:full-of-folders/empty");
    for (const name of ["full", "full-of-folders"]) {
      const run = await rclone.run(["--retries", "1", "-vv", "rmdir", `my1fichier:${name}`]);
      assert.notEqual(run.code, 0, run.stderr);
      assert.equal(requestsTo(run, "/folder/rm.cgi").length, 1, run.stderr);
      assert.doesNotMatch(run.stderr, /low level retry/);
    }
    assert.equal((await rclone.ok("cat", "my1fichier:full/inside.txt")).stdout, "still here");
    assert.deepEqual(await rclone.names("my1fichier:full-of-folders"), ["empty/"]);
  });

  it("removes an empty folder, and reports one that does not exist", async () => {
    await rclone.ok("mkdir", "my1fichier:brief");
    await rclone.ok("rmdir", "my1fichier:brief");
    const run = await rclone.run(["--retries", "1", "lsf", "my1fichier:brief"]);
    assert.equal(run.code, 3, run.stderr);
    assert.match(run.stderr, /directory not found/);
  });

  it("purges a tree", async () => {
    const folder = await rclone.local("purged", { "a.txt": "a", "b/c.txt": "c", "b/d/e.txt": "e" });
    await rclone.ok("copy", folder, "my1fichier:purged");
    await rclone.ok("mkdir", "my1fichier:purged/empty/nest");
    await rclone.ok("purge", "my1fichier:purged");
    assert.equal((await rclone.run(["--retries", "1", "lsf", "my1fichier:purged"])).code, 3);
  });

  it("uploads and downloads nested and empty folders", async () => {
    const folder = await rclone.local("nested", { "1/2/3/4/5/6/7/8/deep.txt": "deep" });
    await mkdir(join(folder, "empty/inside"), { recursive: true });
    await rclone.ok("sync", "--create-empty-src-dirs", folder, "my1fichier:nested");
    const names = await rclone.names("my1fichier:nested");
    assert.ok(names.includes("empty/inside/"));
    assert.ok(names.includes("1/2/3/4/5/6/7/8/deep.txt"));
    const back = join(rclone.folder, "nested-back");
    await rclone.ok("sync", "--create-empty-src-dirs", "my1fichier:nested", back);
    assert.deepEqual(await rclone.names(back), names);
    await rclone.ok("rmdirs", "my1fichier:nested/empty");
    assert.ok(!(await rclone.names("my1fichier:nested")).some((name) => name.startsWith("empty")));
  });

  it("prints a link that opens the file", async () => {
    const folder = await rclone.local("linked", { "shown.txt": "behind the link" });
    await rclone.ok("copy", folder, "my1fichier:linked");
    const link = (await rclone.ok("link", "my1fichier:linked/shown.txt")).stdout.trim();
    assert.match(link, /^https:\/\/1fichier\.com\/\?[a-z0-9]{20}$/);
    const page = await rclone.consigne("run", "--", "curl", "-sSf", link);
    assert.equal(page.code, 0, page.stderr);
    assert.match(page.stdout, /shown\.txt/);
    const key = `Authorization: Bearer ${rclone.server.apiKey}`;
    const json = ["-H", "Content-Type: application/json", "-d", JSON.stringify({ url: link })];
    const getToken = ["-H", key, ...json, "https://api.1fichier.com/v1/download/get_token.cgi"];
    const token = await rclone.consigne("run", "--", "curl", "-sSf", ...getToken);
    const { url } = JSON.parse(token.stdout) as { url: string };
    assert.equal((await rclone.consigne("run", "--", "curl", "-sSf", url)).stdout, "behind the link");
    // The same link works at the server's own address.
    const native = `${rclone.server.url}/${new URL(link).search}`;
    const plain = await finish("curl", ["-sSf", native], { variables: rclone.server.variables });
    assert.match(plain.stdout, /shown\.txt/);
  });

  it("reports the space used", async () => {
    await rclone.ok("copy", await rclone.local("counted", { "n.bin": "n".repeat(12_345) }), "my1fichier:counted");
    const about = JSON.parse((await rclone.ok("about", "--json", "my1fichier:")).stdout) as Record<string, number>;
    const { total = 0, used = 0, free = 0 } = about;
    assert.ok(used >= 12_345 && total > used, JSON.stringify(about));
    assert.equal(free, total - used);
    const size = JSON.parse((await rclone.ok("size", "--json", "my1fichier:counted")).stdout) as object;
    assert.deepEqual(size, { count: 1, bytes: 12_345, sizeless: 0 });
  });
});
