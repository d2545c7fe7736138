import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { cleanVariables, finish, lacking, python } from "./_programs.ts";
import { ServerProcess } from "./_server-process.ts";

const consigne = fileURLToPath(new URL("../apps/cli/bin/consigne.js", import.meta.url));

/** Beyond one byte per character, in both Unicode planes. */
const name = "été 🧳.txt";
const content = "kept under a name beyond ASCII";

/** The raw bytes between the quotes, which is where clients without RFC 8187 look. */
const byRequests = `
import re, requests, sys
answer = requests.get(sys.argv[1])
name = re.search('filename="([^"]+)"', answer.headers["Content-Disposition"]).group(1)
open(name.encode("latin-1").decode(), "wb").write(answer.content)`;
const byUrllib = `
import re, sys, urllib.request
answer = urllib.request.urlopen(sys.argv[1])
name = re.search('filename="([^"]+)"', answer.headers["Content-Disposition"]).group(1)
open(name.encode("latin-1", "surrogateescape").decode(), "wb").write(answer.read())`;
const byHttps = `
import { writeFileSync } from "node:fs";
import { get } from "node:https";
get(process.argv[1], async (answer) => {
  const [, name] = /filename="([^"]+)"/.exec(answer.headers["content-disposition"]);
  writeFileSync(Buffer.from(name, "latin1").toString(), Buffer.concat(await Array.fromAsync(answer)));
});`;
const byFetch = `
import { writeFileSync } from "node:fs";
const answer = await fetch(process.argv[1]);
const [, name] = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition"));
writeFileSync(Buffer.from(name, "latin1").toString(), Buffer.from(await answer.arrayBuffer()));`;
const node = [process.execPath, "--input-type=module", "-e"];

interface Client {
  label: string;
  probe: readonly [string, ...string[]];
  /** Saves the response at an address under the name that it gives. */
  command: readonly string[];
}

const clients: readonly Client[] = [
  { label: "curl over HTTP/1.1", probe: ["curl", "--version"], command: ["curl", "--http1.1", "-sSfOJ"] },
  { label: "curl over HTTP/2", probe: ["curl", "--version"], command: ["curl", "--http2", "-sSfOJ"] },
  { label: "Python's requests", probe: [python, "-c", "import requests"], command: [python, "-c", byRequests] },
  { label: "Python's urllib", probe: [python, "--version"], command: [python, "-c", byUrllib] },
  { label: "Node's https", probe: ["node", "--version"], command: [...node, byHttps] },
  { label: "Node's fetch", probe: ["node", "--version"], command: [...node, byFetch] },
  { label: "wget", probe: ["wget", "--version"], command: ["wget", "-nv", "--content-disposition"] },
  {
    label: "aria2",
    probe: ["aria2c", "--version"],
    // Without the option it reads the quoted name as Latin-1, where some bytes of UTF-8 are control characters.
    command: ["aria2c", "-q", "--content-disposition-default-utf8=true"],
  },
];

let server: ServerProcess;
let link = "";

async function run(folder: string, ...program: string[]) {
  const finished = await finish(process.execPath, [consigne, "run", "--", ...program], {
    variables: {
      ...cleanVariables(server.folder),
      CONSIGNE_URL: server.url,
      CONSIGNE_API_KEY: server.apiKey,
      CONSIGNE_CONFIG_DIR: join(server.folder, "consigne"),
      RCLONE_CONFIG: join(server.folder, "rclone.conf"),
    },
    folder,
  });
  assert.equal(finished.code, 0, `${program.slice(0, 2).join(" ")}: ${finished.stdout}${finished.stderr}`);
  return finished;
}

async function directLink(): Promise<string> {
  const heads = ["-H", `Authorization: Bearer ${server.apiKey}`, "-H", "Content-Type: application/json"];
  const call = ["-d", JSON.stringify({ url: link }), "https://api.1fichier.com/v1/download/get_token.cgi"];
  const { stdout } = await run(server.folder, "curl", "-sSf", ...heads, ...call);
  return (JSON.parse(stdout) as { url: string }).url;
}

async function emptyFolder(name: string): Promise<string> {
  const folder = join(server.folder, name);
  await mkdir(folder);
  return folder;
}

describe(
  "the drop-in passes the bytes of file names through unchanged",
  { skip: lacking(["curl", "--version"]) },
  () => {
    before(async () => {
      server = await ServerProcess.start();
      await writeFile(join(server.folder, name), content);
      await writeFile(join(server.folder, "rclone.conf"), `[box]\ntype = fichier\napi_key = ${server.apiKey}\n`);
      const form = ["-L", "-H", "JSON: 1", "-H", `Authorization: Bearer ${server.apiKey}`, "-F", `file[]=@${name}`];
      const { stdout } = await run(
        server.folder,
        "curl",
        "--http1.1",
        "-sSf",
        ...form,
        "https://up2.1fichier.com/upload.cgi",
      );
      link = (JSON.parse(stdout) as { links: { download: string }[] }).links[0]?.download ?? "";
    });
    after(() => server[Symbol.asyncDispose]());

    for (const { label, probe, command } of clients) {
      it(`to ${label}`, { skip: lacking(probe) }, async () => {
        const folder = await emptyFolder(label.replace("/", " "));
        await run(folder, ...command, await directLink());
        assert.deepEqual(await readdir(folder), [name]);
        assert.equal(await readFile(join(folder, name), "utf8"), content);
      });
    }

    it("to and from rclone", { skip: lacking(["rclone", "version"]) }, async () => {
      const folder = await emptyFolder("rclone");
      await run(server.folder, "rclone", "copyto", name, `box:à part/${name}`);
      await run(folder, "rclone", "copy", "box:à part", ".");
      assert.deepEqual(await readdir(folder), [name]);
      const { stdout } = await run(folder, "rclone", "lsf", "box:");
      assert.deepEqual(stdout.split("\n").filter(Boolean).toSorted(), [name, "à part/"].toSorted());
    });
  },
);
