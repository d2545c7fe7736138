import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { lacksRclone, Rclone } from "./_rclone.ts";

/** Every printable ASCII character except the slash, which no name can contain. */
const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).filter((c) => c !== "/");

const otherNames = [
  "déjà vu – naïve café.txt",
  // The same letters, composed of others: another name.
  "de\u0301ja\u0300.txt",
  "日本語 и русский",
  "🧳 left luggage 👩‍👩‍👧.bin",
  // What rclone writes instead of characters that 1fichier.com refuses, here as part of the name itself.
  "full-width ＜＞＂＇＼＄｀ ␠.txt",
  " leading",
  "trailing ",
  "  both  ",
  "...",
  ".hidden",
  "ends with a dot.",
  "two..dots...three",
  "100% %41 %2F %00",
  "semi;colon;file.txt",
  'quoted "name" \'s.txt',
  "back\\slash",
  "a&b<c>d.html",
  "tab\tinside",
  "CON",
  "x".repeat(240),
  "é".repeat(120),
];

let rclone: Rclone;

describe("rclone gets every name back as it was sent", { skip: lacksRclone, concurrency: 8 }, () => {
  before(async () => void (rclone = await Rclone.start()));
  after(() => rclone[Symbol.asyncDispose]());

  it("keeps file names with every printable character", async () => {
    const names = [printable.slice(0, 47).join(""), printable.slice(47).join(""), "a b", "A b"];
    names.push(...otherNames);
    const folder = await rclone.local("files", Object.fromEntries(names.map((name) => [name, `content of ${name}`])));
    await rclone.ok("copy", folder, "my1fichier:files", "--transfers", "8");
    await rclone.ok("check", folder, "my1fichier:files");
    const back = join(rclone.folder, "files-back");
    await rclone.ok("copy", "my1fichier:files", back, "--transfers", "8");
    assert.deepEqual((await readdir(back)).toSorted(), names.toSorted());
    const second = await rclone.transfer("sync", folder, "my1fichier:files");
    assert.deepEqual([second.stats.transfers, second.stats.deletes], [0, 0]);
  });

  it("keeps such folder names, and what the folders contain", async () => {
    const names = [printable.slice(0, 47).join(""), printable.slice(47).join(""), ...otherNames.slice(0, 14)];
    const folder = join(rclone.folder, "folders");
    for (const name of names) await mkdir(join(folder, name), { recursive: true });
    await rclone.local("folders", { [join(names[0] ?? "", "inside.txt")]: "inside" });
    await rclone.ok("sync", "--create-empty-src-dirs", folder, "my1fichier:folders");
    const expected = [...names.map((name) => `${name}/`), `${names[0] ?? ""}/inside.txt`];
    assert.deepEqual(await rclone.names("my1fichier:folders"), expected.toSorted());
  });

  it("renames to such a name and reads the file by it", async () => {
    await rclone.ok("copy", await rclone.local("renamed", { "plain.txt": "found" }), "my1fichier:renamed");
    const name = " <\"odd'> `$\\ 🧳 ";
    await rclone.ok("moveto", "my1fichier:renamed/plain.txt", `my1fichier:renamed/${name}`);
    assert.equal((await rclone.ok("cat", `my1fichier:renamed/${name}`)).stdout, "found");
    await rclone.ok("copyto", `my1fichier:renamed/${name}`, `my1fichier:renamed/${name}2`);
    assert.deepEqual(await rclone.names("my1fichier:renamed"), [name, `${name}2`].toSorted());
  });
});
