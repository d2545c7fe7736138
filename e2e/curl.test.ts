import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { cleanVariables, finish, lacking } from "./_programs.ts";
import type { Finished } from "./_programs.ts";
import { ServerProcess } from "./_server-process.ts";

const lacksCurl = lacking(["curl", "--version"]);
const body = randomBytes(150_000);

let server: ServerProcess;
let folder = "";

async function curl(...args: string[]): Promise<Finished> {
  return finish("curl", ["-sS", ...args], { variables: cleanVariables(folder), folder });
}

async function curlOk(...args: string[]): Promise<Finished> {
  const run = await curl("-f", ...args);
  assert.equal(run.code, 0, `curl ${args.join(" ")}: ${run.stderr}`);
  return run;
}

const bearer = () => ["-H", `Authorization: Bearer ${server.apiKey}`];
const json = (value: object) => ["-H", "Content-Type: application/json", "-d", JSON.stringify(value)];

async function call(path: string, value: object): Promise<Record<string, unknown>> {
  return JSON.parse((await curlOk(...bearer(), ...json(value), `${server.url}/v1/${path}.cgi`)).stdout) as Record<
    string,
    unknown
  >;
}

/** Uploads and returns the links in the JSON report. */
async function upload(...form: string[]): Promise<{ download: string; filename: string; size: string }[]> {
  const run = await curlOk("-L", "-H", "JSON: 1", ...bearer(), ...form, `${server.url}/upload.cgi`);
  return (JSON.parse(run.stdout) as { links: { download: string; filename: string; size: string }[] }).links;
}

async function directLink(url: string, options: object = {}): Promise<string> {
  return String((await call("download/get_token", { url, ...options }))["url"]);
}

async function filesIn(folderId: number): Promise<string[]> {
  const { items } = (await call("file/ls", { folder_id: folderId })) as { items: { filename: string }[] };
  return items.map(({ filename }) => filename).toSorted();
}

describe("curl, used as in the public guide", { skip: lacksCurl, concurrency: 4 }, () => {
  before(async () => {
    server = await ServerProcess.start();
    folder = join(server.folder, "person");
    await mkdir(folder);
    for (const name of ["a.txt", "b.txt"]) await writeFile(join(folder, name), `text of ${name}`);
    await writeFile(join(folder, "body.bin"), body);
    await writeFile(join(folder, "été 🧳.txt"), "a name beyond ASCII");
  });
  after(() => server[Symbol.asyncDispose]());

  it("uploads several files with the folder, domain and password fields after them", async () => {
    const made = await call("folder/mkdir", { name: "several", folder_id: 0 });
    const folderId = Number(made["folder_id"]);
    const files = ["-F", "file[]=@a.txt", "-F", "file[]=@b.txt;filename=c.txt"];
    const links = await upload(...files, "-F", `did=${folderId}`, "-F", "domain=4", "-F", "dpass=secret-1");
    assert.deepEqual(
      links.map(({ filename, size }) => [filename, size]),
      [
        ["a.txt", "13"],
        ["c.txt", "13"],
      ],
    );
    for (const { download } of links) assert.match(download, /\?[a-z0-9]{20}$/);
    assert.deepEqual(await filesIn(folderId), ["a.txt", "c.txt"]);
    const { items } = (await call("file/ls", { folder_id: folderId })) as { items: { pass: number }[] };
    assert.deepEqual(
      items.map(({ pass }) => pass),
      [1, 1],
    );
  });

  it("completes the three steps: upload server, upload, report", async () => {
    const node = JSON.parse((await curlOk(`${server.url}/v1/upload/get_upload_server.cgi`)).stdout) as { id: string };
    const url = `${server.url}/upload.cgi?id=${node.id}`;
    const run = await curlOk("-D", "-", "-o", "moved.html", ...bearer(), "-F", "file[]=@a.txt;filename=way.txt", url);
    assert.match(run.stdout, /^HTTP\/1\.1 302 /m);
    const [, location] = /^location: (\S+)/im.exec(run.stdout) ?? [];
    assert.equal(location, `/end.pl?xid=${node.id}`);
  });

  it("gets the same report in three formats, by header or query, by GET or POST", async () => {
    const node = JSON.parse((await curlOk(`${server.url}/v1/upload/get_upload_server.cgi`)).stdout) as { id: string };
    const file = ["-F", "file[]=@a.txt;filename=report.txt"];
    await curlOk("-o", "moved-2.html", ...bearer(), ...file, `${server.url}/upload.cgi?id=${node.id}`);
    const end = `${server.url}/end.pl?xid=${node.id}`;
    const formats: [string[], string, RegExp][] = [
      [
        ["-H", "JSON: 1"],
        "&JSON=1",
        /^\{"incoming":0,"links":\[\{"download":"[^"]+","filename":"report.txt".*\]\}\s*$/,
      ],
      [["-H", "EXPORT: 1"], "&Export=1", /^report\.txt;13;[a-z0-9]{20};[^;]*;0;0\s*$/],
      [[], "", /Upload finished[\s\S]*<table class="premium">[\s\S]*report\.txt/],
    ];
    for (const [headers, query, expected] of formats) {
      const answers = new Set<string>();
      for (const method of ["GET", "POST"]) {
        answers.add((await curlOk("-X", method, ...headers, end)).stdout);
        answers.add((await curlOk("-X", method, `${end}${query}`)).stdout);
      }
      assert.equal(answers.size, 1);
      assert.match([...answers].join(""), expected);
    }
  });

  it("authenticates with any of the three names of the key parameter", async () => {
    const path = `${server.url}/v1/file/ls.cgi`;
    for (const name of ["api_key", "apikey", "key"]) {
      const { stdout } = await curlOk(...json({ folder_id: 0 }), `${path}?${name}=${server.apiKey}`);
      assert.match(stdout, /"status":"OK"/);
    }
    const wrong = await curl("-w", "%{http_code}", ...json({}), `${path}?api_key=${"x".repeat(32)}`);
    assert.match(wrong.stdout, /#93","status":"KO"\}403$/);
  });

  it("makes, renames, moves, copies and describes a file, and removes it, with JSON payloads", async () => {
    const [one] = await upload("-F", "file[]=@a.txt;filename=json.txt");
    const url = String(one?.download);
    const folderId = Number((await call("folder/mkdir", { name: "payload" }))["folder_id"]);
    const renamed = await call("file/rename", { urls: [{ url, filename: "json-2.txt" }], pretty: 0 });
    assert.equal(renamed["renamed"], 1);
    assert.equal((await call("file/mv", { urls: [url], destination_folder_id: folderId }))["moved"], 1);
    const copied = await call("file/cp", { urls: [url], folder_id: folderId, rename: "copy.txt" });
    assert.equal(copied["copied"], 1);
    assert.deepEqual(await filesIn(folderId), ["copy.txt", "json-2.txt"]);
    assert.equal((await call("file/info", { url }))["path"], "payload");
    assert.equal((await call("file/rm", { files: [{ url }] }))["removed"], 1);
    assert.deepEqual(await filesIn(folderId), ["copy.txt"]);
    const gone = await curl("-w", "%{http_code}", ...bearer(), ...json({ url }), `${server.url}/v1/file/info.cgi`);
    assert.match(gone.stdout, /#469","status":"KO"\}404$/);
  });

  it("downloads ranges, resumes, and sends HEAD without using up the token", async () => {
    const [file] = await upload("-F", "file[]=@body.bin");
    const direct = await directLink(String(file?.download), { single: 0 });
    for (let round = 0; round < 2; round++) {
      const head = (await curlOk("-I", direct)).stdout;
      assert.match(head, /^content-length: 150000/im);
      assert.match(head, /^accept-ranges: bytes/im);
    }
    const ranges: [string, Buffer][] = [
      ["0-0", body.subarray(0, 1)],
      ["1000-1999", body.subarray(1000, 2000)],
      ["149999-", body.subarray(149_999)],
      ["-10", body.subarray(-10)],
    ];
    for (const [range, expected] of ranges) {
      assert.ok((await curlOk("-r", range, direct)).output.equals(expected), range);
    }
    const past = await curl("-r", "150000-", "-o", "/dev/null", "-w", "%{http_code}", direct);
    assert.equal(past.stdout, "416");

    await writeFile(join(folder, "half.bin"), body.subarray(0, 70_000));
    await curlOk("-C", "-", "-o", "half.bin", direct);
    assert.ok((await readFile(join(folder, "half.bin"))).equals(body));
  });

  it("saves under the name the server sends, including names beyond ASCII", async () => {
    const target = join(folder, "saved");
    await mkdir(target);
    for (const name of ["été 🧳.txt", "b.txt"]) {
      const [file] = await upload("-F", `file[]=@${name}`);
      assert.equal(file?.filename, name);
      await curlOk("-OJ", "--output-dir", "saved", await directLink(file.download));
    }
    assert.deepEqual((await readdir(target)).toSorted(), ["b.txt", "été 🧳.txt"]);
    assert.equal(await readFile(join(target, "été 🧳.txt"), "utf8"), "a name beyond ASCII");
  });

  it("downloads a protected file with the sh command shown on its page", async () => {
    await writeFile(join(folder, "guarded.bin"), "kept");
    const [file] = await upload("-F", "file[]=@guarded.bin;filename=guarded.txt", "-F", "dpass=open $esame '1'");
    const page = (await curlOk(file?.download ?? "")).stdout;
    const [line = ""] = [...page.matchAll(/<pre>(stty[^<]+)<\/pre>/g)].map(([, text = ""]) => text);
    const command = line.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
    const into = join(folder, "asked");
    await mkdir(into);
    const run = await finish("/bin/sh", ["-c", command], {
      variables: cleanVariables(folder),
      folder: into,
      input: "open $esame '1'\n",
    });
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(await readdir(into), ["guarded.txt"]);
    assert.equal(await readFile(join(into, "guarded.txt"), "utf8"), "kept");
  });

  it("is told to retry later while a file is still uploading, and gets it once it is complete", async () => {
    const uploads = async (path: string, value: object) =>
      JSON.parse((await curlOk(...bearer(), ...json(value), `${server.url}/x/v1/uploads/${path}`)).stdout) as {
        upload: { id: string; url: string };
      };
    const fields = { folder_id: 0, filename: "arriving.bin", size: body.length, link: 1 };
    const { id, url } = (await uploads("create", fields)).upload;
    const asked = [...bearer(), ...json({ url }), `${server.url}/v1/download/get_token.cgi`];
    for (const request of [asked, [`${url}&dl=1`]]) {
      const { stdout } = await curl("-i", ...request);
      assert.match(stdout, /^HTTP\/1\.1 503 /);
      assert.match(stdout, /^retry-after: [1-9]\d+\r$/im);
      assert.match(stdout, /Please wait until the file has been scanned/);
    }
    const digest = createHash("sha256").update(body).digest("base64");
    const part = ["-H", `Content-Digest: sha-256=:${digest}:`, "-T", "body.bin"];
    await curlOk(...bearer(), ...part, `${server.url}/x/v1/uploads/${id}/1`);
    await uploads("complete", { id });
    await curlOk("-o", "arrived.bin", await directLink(url));
    assert.ok((await readFile(join(folder, "arrived.bin"))).equals(body));
  });
});

describe("curl, where keys are not allowed in URLs", { skip: lacksCurl }, () => {
  it("is refused with a key in the query, but not with one in the header", async () => {
    await using strict = await ServerProcess.start({ CONSIGNE_KEY_IN_QUERY: "off" });
    const options = { variables: cleanVariables(strict.folder), folder: strict.folder };
    const ask = async (...args: string[]) =>
      (await finish("curl", ["-sS", "-o", "/dev/null", "-w", "%{http_code}", ...json({}), ...args], options)).stdout;
    const path = `${strict.url}/v1/file/ls.cgi`;
    for (const name of ["api_key", "apikey", "key"])
      assert.match(await ask(`${path}?${name}=${strict.apiKey}`), /^40[13]$/);
    assert.equal(await ask("-H", `Authorization: Bearer ${strict.apiKey}`, path), "200");
  });
});
