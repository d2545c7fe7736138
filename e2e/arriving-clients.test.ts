import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { ApiClient, fault, type FaultyServer, Gate, startFaultyServer } from "@consigne/testkit";
import { cleanVariables, finish, lacking } from "./_programs.ts";
import { put } from "./wire/_parts.ts";

const NAME = "été.bin";

interface Downloader {
  probe: readonly [string, ...string[]];
  /** Asks once, or repeatedly until the file is there; either way the result goes into NAME in its folder. */
  once(url: string): string[];
  patient(url: string): string[];
  /** Its exit code if it asks once. */
  code: number;
  says: RegExp;
}

/** The option that makes each one wait: none reads `Retry-After`. */
const downloaders: Readonly<Record<string, Downloader>> = {
  wget: {
    probe: ["wget", "--version"],
    once: (url) => ["--no-config", "--content-disposition", url],
    patient: (url) => ["--no-config", "--content-disposition", "--retry-on-http-error=503", "--waitretry=1", url],
    code: 8,
    says: /ERROR 503: Service Unavailable/,
  },
  aria2c: {
    probe: ["aria2c", "--version"],
    once: (url) => ["--no-conf", url],
    patient: (url) => ["--no-conf", "--retry-wait=1", "--max-tries=0", url],
    code: 29,
    says: /status=503|503/,
  },
  rclone: {
    probe: ["rclone", "version"],
    once: (url) => ["copyurl", "--auto-filename", "--header-filename", "--retries", "1", url, "."],
    patient: (url) => ["copyurl", "--auto-filename", "--header-filename", "--retries-sleep", "1s", url, "."],
    code: 1,
    says: /503 Service Unavailable/,
  },
};

suite("download programs, given a link whose file is still uploading", () => {
  let server: FaultyServer;
  let api: ApiClient;
  before(async () => {
    server = await startFaultyServer({ storage: "memory" });
    api = new ApiClient(server, server.apiKey);
  });
  after(() => server[Symbol.asyncDispose]());

  for (const [name, downloader] of Object.entries(downloaders)) {
    suite(name, { skip: lacking(downloader.probe) }, () => {
      const bytes = randomBytes(300_007);
      let home: string;
      let folder: string;
      let id: string;
      let url: string;
      before(async () => {
        home = await mkdtemp(join(tmpdir(), "consigne-arriving-"));
        folder = join(home, "files");
        await mkdir(folder);
        const fields = { folder_id: 0, filename: NAME, size: bytes.length, link: 1 };
        ({ id, url } = (await api.ok("/x/v1/uploads/create", fields))["upload"] as { id: string; url: string });
      });
      after(() => rm(home, { recursive: true, force: true }));

      const run = (args: readonly string[]) =>
        finish(downloader.probe[0], args, { variables: cleanVariables(home), folder });
      const isAsked = ({ target }: { target: string }) => target.startsWith(`/${new URL(url).search}`);

      test("fails and leaves no file behind", async () => {
        const { code, stdout, stderr } = await run(downloader.once(`${url}&dl=1`));
        assert.equal(code, downloader.code, `${stdout}${stderr}`);
        assert.match(`${stdout}${stderr}`, downloader.says);
        assert.deepEqual(await readdir(folder), []);
      });

      test("downloads the right file in the end when told to retry", async () => {
        const gate = new Gate();
        let asked = 0;
        const held = server.faults.add((request) => isAsked(request) && ++asked === 2, fault.holdRequest(gate));
        const arrive = async () => {
          await held.hit;
          assert.equal((await put(server, server.apiKey, { id, number: 1, bytes })).status, 200);
          await api.ok("/x/v1/uploads/complete", { id });
          gate.open();
        };
        const arrived = arrive();
        const { code, stdout, stderr } = await run(downloader.patient(`${url}&dl=1`));
        assert.equal(code, 0, `${stdout}${stderr}`);
        await arrived;
        assert.deepEqual(await readdir(folder), [NAME]);
        assert.ok((await readFile(join(folder, NAME))).equals(bytes));
        const statuses = server.requests.list(isAsked).map(({ status }) => status);
        assert.ok(statuses.includes(503) && statuses.at(-1) === 302, statuses.join());
      });
    });
  }
});
