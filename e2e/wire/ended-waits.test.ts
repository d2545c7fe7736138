import { guest } from "@consigne/core";
import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import type { Locker } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { addKey, addPerson, basic, bearer, makeFolder } from "./_wire.ts";

/** Sends the head of a call and its body only once `between` is done; resolves with the status. */
async function lateCall(
  server: TestServer,
  headers: Record<string, string>,
  between: () => Promise<unknown>,
): Promise<number> {
  const sent = request(`${server.url}/v1/folder/ls.cgi`, {
    method: "POST",
    agent: false,
    headers: { ...headers, "content-type": "application/json", expect: "100-continue" },
  });
  const status = new Promise<number>((resolve, reject) => {
    sent.on("error", reject).on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  sent.write('{"folder_id":');
  // The caller was identified by then.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await between();
  sent.end("0}");
  return status;
}

test("a call is refused if its key or account ends while the body is arriving", async () => {
  await using server = await startTestServer();
  const { keys, accounts } = server.services;
  const person = await addPerson(server, "person@example.org");
  const other = await addKey(server, person.account);
  const late = async () => server.clock.advance(1500);
  const ends: [string, Record<string, string>, () => Promise<unknown>][] = [
    ["revoked", bearer(other.text), () => keys.revoke("operator", other.id)],
    [
      "password",
      basic(person.email, person.password),
      () => accounts.setPassword("operator", person.account, "another password"),
    ],
    ["locked", bearer(person.key), () => accounts.setLocked("operator", person.account, true)],
  ];
  for (const [what, headers, end] of ends) {
    assert.equal(await lateCall(server, headers, late), 200, what);
    assert.equal(await lateCall(server, headers, async () => [await late(), await end()]), 403, what);
  }
});

test("an uploader who has left gives up its place in the queue for password checks", async () => {
  const waits: Promise<unknown>[] = [];
  await using server = await startTestServer({
    replacePorts: (ports) => {
      const inTurn: Locker["inTurn"] = (name, work, signal) => {
        const turn = ports.locker.inTurn(name, work, signal);
        waits.push(turn);
        turn.catch(() => undefined);
        return turn;
      };
      const { locker } = ports;
      return {
        ...ports,
        locker: {
          tryAcquire: (...asked) => locker.tryAcquire(...asked),
          countHeld: (name) => locker.countHeld(name),
          inTurn,
        },
      };
    },
  });
  const hold = Promise.withResolvers<true>();
  const holder = server.services.flood.guess(guest("127.0.0.1"), () => hold.promise);
  const field = (name: string, value: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = '--b\r\nContent-Disposition: form-data; name="file[]"; filename="a.bin"\r\n\r\nx';
  const uploads: [Record<string, string>, string][] = [
    [basic(server.email, server.password), file],
    [{}, `${field("user", server.email)}${field("pass", server.password)}${file}`],
  ];
  try {
    for (const [headers, body] of uploads) {
      const before = waits.length;
      const sent = request(`${server.url}/upload.cgi`, {
        method: "POST",
        agent: false,
        headers: { ...headers, "content-type": "multipart/form-data; boundary=b" },
      });
      sent.on("error", () => undefined).write(body);
      while (waits.length === before) await new Promise((resolve) => setTimeout(resolve, 10));
      sent.destroy();
      const left = await Promise.race([
        waits[before]?.then(
          () => "served",
          () => "left",
        ),
        new Promise((resolve) => setTimeout(resolve, 50_000, "waits").unref()),
      ]);
      assert.equal(left, "left");
    }
  } finally {
    hold.resolve(true);
    await holder;
  }
});

test("a walk through folders stops when its caller has left", async () => {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const read: number[] = [];
  let isWatched = false;
  await using server = await startTestServer({
    replacePorts: (ports) => {
      const { folders } = ports.database;
      const listChildren: typeof folders.listChildren = async (id, page) => {
        if (!isWatched) return folders.listChildren(id, page);
        read.push(id);
        reached.resolve();
        await gate.promise;
        return folders.listChildren(id, page);
      };
      const watched = withMember(folders, "listChildren", listChildren);
      return { ...ports, database: withMember(ports.database, "folders", watched) };
    },
  });
  const owner = new ApiClient(server, server.apiKey);
  const fence = await makeFolder(owner, "fence");
  for (let at = 0; at < 5; at++) await makeFolder(owner, `folder ${at}`, fence);
  const person = await server.services.accounts.getByEmail("operator", server.email);
  const key = await addKey(server, person, { fenceFolderId: fence });
  isWatched = true;
  const gone = new AbortController();
  const listed = fetch(`${server.url}/v1/file/ls.cgi`, {
    method: "POST",
    headers: { ...bearer(key.text), "content-type": "application/json" },
    body: JSON.stringify({ folder_id: -1 }),
    signal: gone.signal,
  });
  await reached.promise;
  gone.abort();
  await assert.rejects(listed);
  // Until the server knows, and then until it would have continued reading.
  await new Promise((resolve) => setTimeout(resolve, 300));
  gate.resolve();
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(read, [fence]);
});

function withMember<T extends object, Name extends keyof T>(target: T, name: Name, member: T[Name]): T {
  return new Proxy(target, {
    get: (_, asked): unknown => {
      if (asked === name) return member;
      const value: unknown = Reflect.get(target, asked, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
