import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type ApiAnswer, ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { addPerson, assertRefusal, makeFolder, type Person, uploadOne } from "./_wire.ts";

const ROUNDS = 4;
const NO_FOLDER = [404, 563] as const;

suite("a share that ends while others work in the folder", () => {
  let server: TestServer;
  let owner: ApiClient;
  let writer: Person;
  let second: Person;
  let stranger: Person;

  before(async () => {
    server = await startTestServer();
    owner = new ApiClient(server, server.apiKey);
    writer = await addPerson(server, "writer@example.org");
    second = await addPerson(server, "second@example.org");
    stranger = await addPerson(server, "stranger@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const namesIn = async (who: ApiClient, folderId: number): Promise<string[]> => {
    const { sub_folders: folders, items } = await who.ok("folder/ls", { folder_id: folderId, files: 1 });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the contract has it
    const names = [...(folders as { name: string }[]), ...(items as { filename: string }[])];
    return names.map((each) => ("name" in each ? each.name : each.filename)).toSorted();
  };

  test("completes or refuses what is running, and allows nothing more", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const folder = await makeFolder(owner, `round ${round}`);
      const inner = await makeFolder(owner, "inner", folder);
      const url = await uploadOne(owner, "a.txt", "a", { did: String(folder) });
      const give = (email: string, folderId: number) =>
        owner.ok("/x/v1/share/grant", { folder_id: folderId, email, rw: 1 });
      await give(writer.email, folder);
      await give(second.email, inner);
      const { client } = writer;
      const begin = (at: number): Promise<ApiAnswer>[] => [
        client.call("folder/mkdir", { folder_id: folder, name: `made ${at}` }),
        client.call("file/cp", { urls: [url], folder_id: inner, rename: `copy ${at}` }),
        client.call("folder/ls", { folder_id: folder, files: 1 }),
        client.call("download/get_token", { folder_id: folder, filename: "a.txt" }),
        stranger.client.call("folder/mkdir", { folder_id: folder, name: `foreign ${at}` }),
        second.client.call("folder/mkdir", { folder_id: folder, name: `above ${at}` }),
        second.client.call("folder/mkdir", { folder_id: inner, name: `second ${at}` }),
      ];
      const early = [0, 1, 2].flatMap(begin);
      const ending = owner.ok("/x/v1/share/revoke", { folder_id: folder, email: writer.email });
      const late = [3, 4, 5].flatMap(begin);
      await ending;
      for (const answer of [
        await client.call("folder/mkdir", { folder_id: folder, name: "after the end" }),
        await client.call("folder/ls", { folder_id: inner }),
        await client.call("download/get_token", { folder_id: folder, filename: "a.txt" }),
        await client.call("/x/v1/folder/list", { folder_id: folder }),
      ])
        assertRefusal(answer, ...NO_FOLDER);
      const answers = await Promise.all([...early, ...late]);
      const acknowledged = { folder: ["a.txt", "inner"], inner: [] as string[] };
      for (const [index, { status, json }] of answers.entries()) {
        const at = Math.floor(index / 7);
        const kind = index % 7;
        assert.ok(status === 200 || status === 404 || status === 403, `${status} ${JSON.stringify(json)}`);
        if (kind === 4 || kind === 5) assert.equal(status, 404, "a caller without the right");
        if (kind === 6) assert.equal(status, 200, "somebody else's share continues");
        if (status !== 200) continue;
        if (kind === 0) acknowledged.folder.push(`made ${at}`);
        if (kind === 1) acknowledged.inner.push(`copy ${at}`);
        if (kind === 6) acknowledged.inner.push(`second ${at}`);
        if (kind === 3)
          assert.notEqual((await fetch(String(json?.["url"]))).status, 200, "obtained earlier, and useless now");
      }
      assert.deepEqual(await namesIn(owner, folder), acknowledged.folder.toSorted());
      assert.deepEqual(await namesIn(owner, inner), acknowledged.inner.toSorted());
      assert.deepEqual(await namesIn(second.client, inner), acknowledged.inner.toSorted());
      const above = await second.client.ok("/x/v1/entry/stat", { folder_id: inner });
      assert.ok(!JSON.stringify(above).includes(`round ${round}`), "they cannot see what is above");
    }
  });

  test("puts an arriving file in the folder or, as with a missing one, in the sender's own root", async () => {
    const folder = await makeFolder(owner, "uploads");
    await owner.ok("/x/v1/share/grant", { folder_id: folder, email: writer.email, rw: 1 });
    const names = Array.from({ length: 8 }, (_, at) => `${at}.txt`);
    const sending = names.map((name) => uploadOne(writer.client, name, name, { did: String(folder) }));
    await owner.ok("/x/v1/share/revoke", { folder_id: folder, email: writer.email });
    await Promise.all(sending);
    const there = [...(await namesIn(owner, folder)), ...(await namesIn(writer.client, 0))];
    assert.deepEqual(there.toSorted(), names);
  });
});
