import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { fullScopes } from "@consigne/core";
import type { ApiClient } from "@consigne/testkit/api-client";
import { readHoldings, readPasswordHash } from "./_stored-holdings.ts";
import { type Acknowledged, digestOf, type Holdings, nothing, Person } from "./_power-load.ts";
import { lacking } from "./_programs.ts";
import { Dice, times } from "./_proof.ts";
import { RecordedRun } from "./_recorded-run.ts";
import { type Leftovers, leftovers } from "./_replayed-disk.ts";
import { ServerProcess } from "./_server-process.ts";
import { tracerInto } from "./_traced-calls.ts";
import { TracedCaller } from "./_traced-caller.ts";
import { Browser } from "./wire/_browser.ts";

const PEOPLE = 4;
const NEW_PASSWORD = "the lamp stands on the red piano";

/** Loopback addresses that nobody uses by accident. */
const addressOf = (index: number) => `127.0.0.${index + 11}`;

interface Cut {
  step: number;
  left: Leftovers;
  folder: string;
}

const cutCount = times({ sample: 50, full: 1000 });
const startCount = times({ sample: 2, full: 20 });
const callsMore = times({ sample: 4, full: 60 });
const dice = new Dice();
const seed = `seed ${dice.seed}`;
const lacks = process.platform === "linux" ? lacking(["strace", "-o", "/dev/null", "true"]) : "strace is of Linux";

suite("a server that loses power", { skip: lacks }, () => {
  let folder: string;
  let apiKey: string;
  let run: RecordedRun;
  let people: Person[];
  let password: { before: string; after: string; place: Acknowledged["place"] };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "consigne-power-"));
    const log = join(folder, "calls");
    await using server = await ServerProcess.prepare(async () => {}, {}, { tracer: tracerInto(log) });
    await server.start();
    const mainPassword = /^ +Password +(\S+)$/m.exec(server.stdout)?.[1] ?? assert.fail(server.stdout);
    const browser = new Browser(server);
    await browser.signIn("admin@localhost", mainPassword);
    const asPage = { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url };
    const owner = new TracedCaller(server.url, { headers: asPage, localAddress: addressOf(PEOPLE) });
    const made = await owner.ok("/x/v1/keys/add", { name: "people", scopes: fullScopes });
    apiKey = String(made.json["api_key"]);
    const { url } = server;
    people = Array.from(
      { length: PEOPLE },
      (_, index) => new Person(`person${index}`, { url, apiKey, localAddress: addressOf(index) }, dice),
    );
    await Promise.all(people.map((person) => person.begin()));
    const hashBefore = readPasswordHash(server.dataDir);
    const running = people.map((person) => person.run(callsMore));
    const { place } = await owner.ok("/x/v1/account/password", { new_password: NEW_PASSWORD });
    await Promise.all(running);
    password = { before: hashBefore, place, after: readPasswordHash(server.dataDir) };
    await server.kill();
    run = await RecordedRun.read(log, server.dataDir);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const check = (cut: Cut, dataDir = cut.folder): Map<string, Holdings> => {
    const kept = readHoldings(dataDir);
    for (const person of people) checkPerson(person, kept.people.get(person.name) ?? nothing(), cut);
    const isChanged = run.stepOf(password.place) <= cut.step;
    assert.ok([password.after, ...(isChanged ? [] : [password.before])].includes(kept.passwordHash), "old password");
    return kept.people;
  };

  const checkPerson = ({ name, acknowledged }: Person, kept: Holdings, { step, left }: Cut): void => {
    const count = acknowledged.filter(({ place }) => run.stepOf(place) <= step).length;
    const known = acknowledged[count - 1]?.holdings ?? nothing();
    const next = acknowledged[count]?.holdings ?? known;
    if (JSON.stringify(sorted(kept)) === JSON.stringify(sorted(next))) return;
    const last = acknowledged[count - 1]?.kind;
    assert.deepEqual(sorted(kept), sorted(known), `${name} after ${last}, with ${left} of the rest at step ${step}`);
  };

  /** Cuts the recorded run at each of these places. */
  const cutAll = async (cuts: readonly Omit<Cut, "folder">[], examine: (cut: Cut) => Promise<void> | void) => {
    const named = cuts.map((cut, index) => ({ ...cut, folder: join(folder, `cut${index}`) }));
    await run.replay(named, dice, async (cut) => {
      await examine(cut);
      await rm(cut.folder, { recursive: true });
    });
  };

  /** The first step after everything that the first start makes. */
  const firstStep = () =>
    Math.min(...people.map(({ acknowledged }) => run.stepOf(acknowledged[0]?.place ?? assert.fail())));
  const anyCut = (): Omit<Cut, "folder"> => ({
    step: dice.whole(firstStep(), run.stepCount + 1),
    left: leftovers[dice.whole(0, leftovers.length)] ?? "none",
  });

  test(`answers no call before its data is flushed (${seed})`, async () => {
    const answers = people.flatMap(({ acknowledged }) => acknowledged);
    const kinds = new Set(answers.map(({ kind }) => kind));
    for (const kind of ["upload", "part", "complete", "get_token", "mkdir", "rm", "key", "password"]) {
      assert.ok(kinds.has(kind), `nobody asked for ${kind}`);
    }
    const first = [...kinds].flatMap((kind) => answers.find((answer) => answer.kind === kind) ?? []);
    const cuts = [...first.map(({ place }) => place), password.place].map((place) => run.stepOf(place));
    await cutAll(
      cuts.map((step) => ({ step, left: "none" as const })),
      (cut) => void check(cut),
    );
  });

  test(`keeps everything acknowledged and shows nothing partial after ${cutCount} power cuts (${seed})`, async () => {
    await cutAll(Array.from({ length: cutCount }, anyCut), (cut) => void check(cut));
  });

  test(`restarts after a power cut and serves what it had acknowledged (${seed})`, async () => {
    await cutAll(Array.from({ length: startCount }, anyCut), async (cut) => {
      const copy = (to: string) => cp(cut.folder, join(to, "data"), { recursive: true });
      await using server = await ServerProcess.prepare(copy);
      await server.start();
      server.useKey(apiKey);
      await assertServed(server.api, check(cut, server.dataDir));
      const fsck = await server.operate("fsck", "--deep", "--json");
      assert.equal(fsck.code, 0, fsck.stdout + fsck.stderr);
    });
  });
});

/** Every file by its name, byte by byte. */
async function assertServed(api: ApiClient, people: ReadonlyMap<string, Holdings>): Promise<void> {
  const { sub_folders: folders } = await api.ok("folder/ls", { folder_id: 0 });
  for (const { id, name } of folders as { id: number; name: string }[]) {
    const { items } = await api.ok("file/ls", { folder_id: id });
    const listed = items as { url: string; filename: string }[];
    const files = people.get(name)?.files ?? {};
    assert.deepEqual(listed.map(({ filename }) => filename).toSorted(), Object.keys(files).toSorted());
    for (const { url, filename } of listed) {
      if (files[filename]?.isProtected === true) continue;
      const { status, bytes } = await api.download(url);
      assert.deepEqual([status, digestOf(bytes)], [200, files[filename]?.digest], filename);
    }
  }
}

const sorted = ({ files, parts, ...rest }: Holdings) => ({
  ...rest,
  files: Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  parts: Object.entries(parts).toSorted(([one], [other]) => (one < other ? -1 : 1)),
});
