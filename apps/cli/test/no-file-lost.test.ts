import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { fault, type FaultyServer, startFaultyServer } from "@consigne/testkit";
import { type Choice, type Command, commandOf, type Sides } from "./_hostile-commands.ts";
import { digestsOf, hostileNames, HostileWorld, meetingNames } from "./_hostile-world.ts";
import { Choices, firstSeed, times } from "./_proof.ts";

const STEPS = 7;
const ROUNDS = times({ sample: 6, full: 600 });
/** For each round, on a machine that is busy with other things. */
const LONGEST_ROUND_MS = 60_000;

/** Small ones, an empty one, and two that arrive in pieces. */
const contents = [
  ...Array.from({ length: 24 }, (_, number) => Buffer.from(`content ${number}`)),
  Buffer.alloc(0),
  ...[1, 2].map((number) => Buffer.alloc(1_500_000 + number, `large ${number}`)),
];

const folders = ["one", "two", "one/two", "two/one", "one/it's"];

test(
  `random trees with hostile names lose nothing, from seed ${firstSeed} on`,
  { timeout: ROUNDS * LONGEST_ROUND_MS },
  async (t) => {
    const server = await startFaultyServer({ storage: "memory" });
    t.after(() => server[Symbol.asyncDispose]());
    const digests = await digestsOf(contents);
    for (let round = 0; round < ROUNDS; round++) {
      const seed = (firstSeed + round) % 0x7fff_ffff;
      const world = await HostileWorld.make(server, digests);
      const trail: string[] = [];
      try {
        await play(world, new Choices(seed), `r${round}`, trail);
      } catch (error) {
        const story = `CONSIGNE_SEED=${seed} brings it again:\n  ${trail.join("\n  ")}`;
        throw new Error(`${error instanceof Error ? error.message : String(error)}\n${story}`, { cause: error });
      } finally {
        server.faults.clear();
        await world.remove();
      }
    }
  },
);

async function play(world: HostileWorld, choices: Choices, folder: string, trail: string[]): Promise<void> {
  for (const path of folders) await world.server.seed.folder(`/${folder}/${path}`);
  for (const path of folders) await mkdir(join(world.root, path), { recursive: true });
  for (let step = 0; step < STEPS; step++) {
    for (let count = choices.below(5); count > 0; count--) await changeLocally(world, choices);
    for (let count = choices.below(4); count > 0; count--) await changeRemotely(world.server, folder, choices);
    const choice: Choice = {
      kind: choices.one(["put", "putFolder", "get", "getFolder", "syncUp", "syncDown"]),
      localFolder: choices.one(folders),
      remoteFolder: `/${folder}/${choices.one(folders)}`,
      option: choices.one([undefined, undefined, "--delete", "--no-clobber", "--keep-both"]),
      transfers: choices.one(["1", "4"]),
      pick: choices.below(2 ** 31),
    };
    const unfinished = (await world.local()).unfinished;
    if (choices.chance(0.35))
      await runOnce(world, choice, { folder, trail, stopAt: 1 + choices.below(24), isCut: choices.chance(0.4) });
    if (choices.chance(0.3)) await runOnce(world, choice, { folder, trail, refusesAfter: choices.below(3) });
    const end = await runOnce(world, choice, { folder, trail });
    if (end.code === 0 && end.isDownload)
      assert.ok(end.unfinished <= unfinished, "a successful run left something unfinished");
  }
}

async function runOnce(
  world: HostileWorld,
  choice: Choice,
  how: { folder: string; trail: string[]; stopAt?: number; isCut?: boolean; refusesAfter?: number },
): Promise<{ code: number; isDownload: boolean; unfinished: number }> {
  const before = await sidesOf(world, how.folder);
  const command = commandOf(choice, world.root, before, (seed) => new Choices(seed));
  if (command === undefined) return { code: 0, isDownload: false, unfinished: 0 };
  if (how.isCut === true) world.server.faults.add("direct", fault.cutAfterAnswerBytes(700_000));
  if (how.refusesAfter !== undefined) refuseBytes(world.server, how.refusesAfter);
  const ran = await world.run(command.args, how.stopAt === undefined ? {} : { stopAt: how.stopAt });
  world.server.faults.clear();
  how.trail.push(`${command.args.join(" ")}  (${describe(how)}code ${ran.code})`);
  how.trail.push(
    ...ran.stderr
      .trim()
      .split("\n")
      .map((line) => `  ${line}`),
  );
  assert.doesNotMatch(ran.stderr, /mistake in consigne itself/);
  const { unfinished, ...after } = await sidesOf(world, how.folder);
  requireHarmless(command, before, after);
  command.requireDone(ran, after);
  return { code: ran.code, isDownload: command.isDownload, unfinished };
}

function describe({ stopAt, refusesAfter }: { stopAt?: number; refusesAfter?: number }): string {
  if (stopAt !== undefined) return `stop at ${stopAt}, `;
  return refusesAfter === undefined ? "" : `bytes refused after ${refusesAfter}, `;
}

/** From then on nothing can be sent or downloaded, but everything else works. */
function refuseBytes({ faults }: FaultyServer, skip: number): void {
  const refusal = (status: number, message: string) => fault.answer({ status, body: { status: "KO", message } });
  faults.add("upload.cgi", refusal(400, "Name not allowed #566"), { skip, times: Infinity });
  faults.add("direct", refusal(503, "The stored data of this file is damaged #594"), { skip, times: Infinity });
}

async function sidesOf(world: HostileWorld, folder: string): Promise<Sides & { unfinished: number }> {
  const [{ tree, unfinished }, remote] = await Promise.all([world.local(), world.remote(folder)]);
  return { local: tree, remote: remote.tree, remoteFolders: remote.folders, unfinished };
}

/** Nothing that was not named as a target changed. */
function requireHarmless(command: Command, before: Sides, after: Sides): void {
  for (const path of new Set([...before.local.keys(), ...after.local.keys()])) {
    const [from, to] = [before.local.get(path), after.local.get(path)];
    if (from !== to) assert.ok(command.mayChange(path, from, to, after), `here ${path} went from ${from} to ${to}`);
  }
  for (const [url, entry] of before.remote) {
    const now = after.remote.get(url);
    if (now?.content === entry.content && (now.path === entry.path || command.mayMove(now))) continue;
    assert.ok(command.mayGo(entry, after), `${entry.path} (${entry.content}) is gone from the server`);
  }
  for (const [url, entry] of after.remote) {
    const was = before.remote.get(url);
    if (was === undefined || (was.path !== entry.path && !command.mayMove(entry)))
      assert.ok(command.mayCome(entry), `${entry.path} (${entry.content}) came to be on the server`);
  }
}

function anyPath(choices: Choices): string[] {
  const name = choices.one(choices.chance(0.6) ? meetingNames : hostileNames);
  return [choices.one(folders), ...(choices.chance(0.15) ? [choices.one(hostileNames)] : []), name];
}

async function changeLocally(world: HostileWorld, choices: Choices): Promise<void> {
  const names = anyPath(choices);
  const path = join(world.root, ...names);
  try {
    const dice = choices.next();
    if (dice < 0.12) return await rm(path, { recursive: true, force: true });
    await mkdir(dirname(path), { recursive: true });
    if (dice < 0.18) return await symlink(choices.one(["film", "nowhere", "..", "r.txt"]), path);
    if (dice < 0.2) return void (await promisify(execFile)("mkfifo", [path], { env: { ...process.env, LC_ALL: "C" } }));
    await writeFile(path, choices.one(contents), { flag: "wx" });
    if (dice > 0.97) await chmod(path, 0);
  } catch (error) {
    // Something of another kind is there already, or a dangling link is in the path.
    assert.ok(
      error instanceof Error && /EEXIST|ENOENT|ENOTDIR|EISDIR|ELOOP|File exists|Not a directory/.test(error.message),
      String(error),
    );
  }
}

async function changeRemotely(server: FaultyServer, folder: string, choices: Choices): Promise<void> {
  const names = anyPath(choices);
  await server.seed.file(`/${folder}/${names.join("/")}`, choices.one(contents));
}
