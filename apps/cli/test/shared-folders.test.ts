import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { createClient } from "@consigne/sdk";
import { jsonLines, newPerson, type Person, type RunOptions } from "./_terminal.ts";

const PASSWORD = "a long password of theirs";

/** The user's folder `team`, shared for writing, for reading, and with hidden links; each has a key. */
async function sharedWorld(person: Person) {
  const { server } = person;
  const owner = createClient({ url: server.url, apiKey: server.apiKey, pacing: "off" });
  await server.seed.files([
    { path: "/team/a.txt", content: "the letter a" },
    { path: "/team/sub/b.txt", content: "the letter b" },
    { path: "/own.txt", content: "of nobody else" },
  ]);
  const { id } = (await owner.folders.get(0)).folders.find(({ name }) => name === "team") ?? assert.fail();
  const who = async (email: string, rights: { canWrite?: boolean; hidesLinks?: boolean } = {}) => {
    const account = await server.services.accounts.create("operator", {
      email,
      password: PASSWORD,
      planId: "unlimited",
    });
    const { text } = await server.services.keys.create("operator", account, { name: "key" });
    await owner.shares.grant(id, email, rights);
    const as = (options: RunOptions = {}) => ({ ...options, variables: { CONSIGNE_API_KEY: text } });
    return {
      ok: (args: readonly string[], options?: RunOptions) => person.ok(args, as(options)),
      run: (args: readonly string[], options?: RunOptions) => person.run(args, as(options)),
    };
  };
  const email = (await owner.folders.get(0)).owner ?? assert.fail();
  return {
    from: `${email}:`,
    email,
    folderId: id,
    owner,
    writer: await who("writer@example.org", { canWrite: true }),
    reader: await who("reader@example.org"),
    blind: await who("blind@example.org", { hidesLinks: true }),
  };
}

test("commands accept other people's shared folders by their owner's address, within the rights given", async (t) => {
  const person = await newPerson(t);
  const { home } = person;
  const { from, email, folderId, owner, writer, reader, blind } = await sharedWorld(person);
  const names = async (path: string, who: Pick<Person, "ok"> = writer) =>
    jsonLines((await who.ok(["ls", "--json=name", path])).stdout)
      .map(({ name }) => String(name))
      .join(" ");

  await t.test("list what somebody shares, and its contents", async () => {
    assert.equal(await names(from), "team");
    assert.equal(await names(`${from}/team`, reader), "sub a.txt");
    assert.match((await reader.ok(["shared"])).stdout, /team\//);
    assert.equal((await reader.ok(["tree", `${from}/team`])).stdout.includes("b.txt"), true);
    const nobody = await reader.run(["ls", "nobody@example.org:/team"]);
    assert.equal(nobody.code, 4);
    assert.match(nobody.stderr, /nobody@example\.org shares no folder with you/);
    const absent = await reader.run(["ls", `${from}/own.txt`]);
    assert.equal(absent.code, 4);
    assert.match(absent.stderr, /is not shared with you/);
    assert.match((await reader.run(["ls", `${from}/team/none`])).stderr, new RegExp(`${email}:/team/none is not on`));
  });

  await t.test("upload, make, move, copy and remove the owner's items", async () => {
    await writeFile(join(home, "new.txt"), "new");
    await writer.ok(["put", join(home, "new.txt"), `${from}/team/`]);
    await writer.ok(["mkdir", "-p", `${from}/team/made/deep`]);
    await writer.ok(["mv", `${from}/team/new.txt`, `${from}/team/made/moved.txt`]);
    await writer.ok(["cp", `${from}/team/made/moved.txt`, `${from}/team/copy.txt`]);
    await writer.ok(["cp", `${from}/team/copy.txt`, ":/mine.txt"]);
    assert.equal((await writer.ok(["cat", ":/mine.txt"])).stdout, "new");
    assert.equal(await names(`${from}/team`), "made sub a.txt copy.txt");
    await mkdir(join(home, "tree", "in"), { recursive: true });
    await writeFile(join(home, "tree", "in", "t.txt"), "t");
    await writer.ok(["put", "-r", join(home, "tree"), `${from}/team`]);
    assert.equal((await writer.ok(["cat", `${from}/team/tree/in/t.txt`])).stdout, "t");
    await writer.ok(["rm", "-r", "--yes", `${from}/team/made`, `${from}/team/tree`, `${from}/team/copy.txt`]);
    assert.equal(await names(`${from}/team`), "sub a.txt");
    const trash = (await owner.trash.page()).entries.map(({ name }) => name).toSorted();
    assert.deepEqual(trash, ["copy.txt", "made", "tree"]);
    const away = await writer.run(["mv", `${from}/team/a.txt`, ":/stolen.txt"]);
    assert.notEqual(away.code, 0);
    assert.match(away.stderr, /cannot be moved from one owner to another/);
  });

  await t.test("sync both ways, and keep separate records from one's own folder of that name", async () => {
    const local = join(home, "synced");
    await writer.ok(["sync", `${from}/team`, local]);
    assert.deepEqual((await readdir(local)).toSorted(), ["a.txt", "sub"]);
    await writeFile(join(local, "sub", "c.txt"), "c");
    await writer.ok(["sync", local, `${from}/team`]);
    assert.equal((await writer.ok(["cat", `${from}/team/sub/c.txt`])).stdout, "c");
    await writer.ok(["check", local, `${from}/team`]);
    await writer.ok(["mkdir", ":/team"]);
    await writer.ok(["sync", local, ":/team"]);
    assert.equal((await writer.ok(["cat", ":/team/sub/c.txt"])).stdout, "c");
    await writer.ok(["rm", `${from}/team/sub/c.txt`]);
  });

  await t.test("tell a reader that nothing was changed, before anything is sent", async () => {
    const sent = join(home, "sent.txt");
    await writeFile(sent, "sent");
    const commands = [
      ["put", sent, `${from}/team/`],
      ["put", "-r", join(home, "tree"), `${from}/team`],
      ["sync", join(home, "tree"), `${from}/team/sub`],
      ["mkdir", `${from}/team/mine`],
      ["cp", ":/x.txt", `${from}/team/`],
    ];
    await reader.ok(["put", sent, ":/x.txt"]);
    for (const command of commands) {
      const { code, stderr } = await reader.run(command);
      assert.match(stderr, new RegExp(`is shared with you by ${email} for reading only\\. Nothing was changed\\.`));
      assert.notEqual(code, 0, command.join(" "));
    }
    for (const command of [
      ["rm", `${from}/team/a.txt`],
      ["rm", "-r", "--yes", `${from}/team/sub`],
      ["mv", `${from}/team/a.txt`, `${from}/team/z.txt`],
    ]) {
      const { code, stderr } = await reader.run(command);
      assert.match(stderr, /for reading only\. Nothing was changed\./, command.join(" "));
      assert.notEqual(code, 0, command.join(" "));
    }
    assert.equal(await names(`${from}/team`), "sub a.txt");
  });

  await t.test("download by folder and name if links are hidden, and show none", async () => {
    const local = join(home, "hidden");
    await blind.ok(["get", "-r", `${from}/team`, `${local}/`]);
    assert.equal(await readFile(join(local, "team", "a.txt"), "utf8"), "the letter a");
    assert.equal(await readFile(join(local, "team", "sub", "b.txt"), "utf8"), "the letter b");
    await blind.ok(["sync", `${from}/team`, join(home, "blind")]);
    assert.equal(await readFile(join(home, "blind", "sub", "b.txt"), "utf8"), "the letter b");
    assert.equal((await blind.ok(["cat", `${from}/team/a.txt`])).stdout, "the letter a");
    for (const command of [
      ["ls", "-l", `${from}/team`],
      ["ls", "--json", `${from}/team`],
      ["stat", "--json", `${from}/team/a.txt`],
      ["find", "--json", `${from}/team`],
    ]) {
      const { stdout } = await blind.ok(command);
      assert.match(stdout, /a\.txt/, command.join(" "));
      assert.doesNotMatch(stdout, /place:|http/, command.join(" "));
    }
    assert.match((await blind.run(["link", `${from}/team/a.txt`])).stderr, /are hidden by its owner/);
    const direct = (await blind.ok(["link", "--direct", `${from}/team/a.txt`])).stdout.trim();
    assert.equal(await (await fetch(direct)).text(), "the letter a");
  });

  await t.test("refuse the list of shared folders as a folder, and refer to its folders", async () => {
    const sent = join(home, "sent.txt");
    for (const command of [
      ["put", sent, from],
      ["put", "-r", join(home, "tree"), from],
      ["sync", join(home, "tree"), from],
      ["mkdir", `${from}/beside`],
      ["rm", "-r", "--yes", from],
      ["rm", "-r", "--yes", `${from}/team`],
      ["mv", `${from}/team`, `${from}/other`],
      ["get", "-r", from, home],
    ]) {
      const { code, stderr } = await writer.run(command);
      assert.notEqual(code, 0, command.join(" "));
      assert.match(
        stderr,
        /name one of its folders|is not shared with you|only they can move, rename or remove it/,
        command.join(" "),
      );
    }
    assert.equal(await names(":/"), "team mine.txt", "nothing else appeared in the own root");
    const file = `${from}/team/a.txt`;
    for (const [deed, ...command] of [
      ["look for duplicates in it", "dedupe", `${from}/team`],
      ["set who may download it", "attr", "--customers-only", file],
      ["see and change its additional links", "links", "ls", file],
      ["see and restore its older versions", "versions", "ls", file],
      ["share it", "share", `${from}/team`, "--public"],
    ] as const) {
      const { code, stderr } = await writer.run(command);
      assert.equal(code, 2, command.join(" "));
      assert.ok(stderr.includes(`belongs to ${email}; only they can ${deed}. Nothing was changed.`), stderr);
    }
  });

  await t.test("name the account whose storage is full", async () => {
    const account = await person.server.services.accounts.getByEmail("operator", email);
    await person.server.services.accounts.setQuota("operator", account, 40);
    const big = join(home, "big.txt");
    await writeFile(big, "x".repeat(100));
    for (const command of [
      ["put", big, `${from}/team/`],
      ["put", "-r", join(home, "tree"), `${from}/team`],
    ]) {
      await writeFile(join(home, "tree", "in", "big.txt"), "y".repeat(100));
      const { code, stderr } = await writer.run(command);
      assert.equal(code, 7, stderr);
      assert.match(stderr, new RegExp(`count towards the storage of ${email}`));
    }
    assert.equal(await names(`${from}/team`).then((all) => all.includes("big.txt")), false);
  });

  await t.test("stop working when the share ends", async () => {
    await owner.shares.revoke(folderId, "writer@example.org");
    const { code, stderr } = await writer.run(["ls", `${from}/team`]);
    assert.equal(code, 4);
    assert.match(stderr, /shares no folder with you/);
  });
});
