import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ImportSourceError, systemClock } from "@consigne/core";
import { AccountSource } from "./account-source.ts";
import { SourceClients } from "./source-clients.ts";

let stateFolder = "";
before(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), "consigne-sources-"));
});
after(() => rm(stateFolder, { recursive: true, force: true }));

/** A folder of a source that answers its listing so. */
function answering(listing: string, { status = 200, about = {} }: { status?: number; about?: object } = {}) {
  const send = async (input: unknown) =>
    String(input).endsWith("/x/v1/about")
      ? Response.json(about)
      : new Response(listing, { status, headers: { "content-type": "application/json" } });
  const clients = new SourceClients({ fetch: send, clock: systemClock, stateFolder });
  return new AccountSource(clients.clientFor("http://source.example/v1", "key"), "/");
}

const list = (source: AccountSource) => source.list("7", new AbortController().signal);

const listingOf = (files: string, count = 1) =>
  `{"status":"OK","folder_id":7,"files":${count},"size":0,"sub_folders":[],"items":[${files}]}`;
const file =
  '{"url":"https://1fichier.com/?abcdefghij0123456789","filename":"a","size":1,"date":"2026-01-31 10:20:30"}';

test("an answer with more entries, values or levels than any listing is left unread", async () => {
  const hostile = {
    entries: listingOf(`${'{"filename":1},'.repeat(100_001)}${file}`),
    values: listingOf(`${file.slice(0, -1)},"x":[${"0,".repeat(1_000_001)}0]}`),
    levels: listingOf(`${file.slice(0, -1)},"x":${"[".repeat(1000)}${"]".repeat(1000)}}`),
  };
  for (const [what, listing] of Object.entries(hostile)) {
    const error = await list(answering(listing)).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ImportSourceError, String(error));
    assert.equal(error.failure, "missing", error.message);
    assert.match(error.message, new RegExp(`more than [\\d,]+ ${what}`));
  }
});

test("brackets inside a text are not counted", async () => {
  const name = JSON.stringify('{["\\{[,'.repeat(20_000));
  const { files } = await list(answering(listingOf(file.replace('"a"', name))));
  assert.equal(files.length, 1);
});

test("the reason of a refusal is read once, whatever it contains", async () => {
  // A pattern that starts again at each blank never finishes here.
  const message = `x${" ".repeat(300_000)}y`;
  await assert.rejects(list(answering(JSON.stringify({ status: "KO", message }), { status: 400 })), ImportSourceError);
});

test("a source's time zone is not used to compute its times", async () => {
  for (const zone of ["No/Where", "America/New_York"]) {
    const about = { name: "consigne", wire_time_zone: zone };
    const { files } = await list(answering(listingOf(file), { about }));
    assert.equal(files.length, 1);
  }
});
