import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { createClient, fromBytes } from "@consigne/sdk";
import { type ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { ApiClient as Client } from "@consigne/testkit/api-client";
import { Caddy } from "./_caddy.ts";
import { Nginx, nginxProgram } from "./_nginx.ts";
import { cleanVariables, finish, lacking } from "./_programs.ts";
import { EventReader } from "./wire/_events.ts";
import { contentOf, PART_BYTES } from "./wire/_parts.ts";
import { tellOfAdvances, Tus } from "./wire/_tus.ts";

const proxies = [
  { name: "nginx", lacks: lacking([nginxProgram, "-v"]), start: (port: number) => Nginx.start(port) },
  { name: "Caddy", lacks: lacking(["caddy", "version"]), start: (port: number) => Caddy.start(port) },
];

for (const { name, lacks, start } of proxies) {
  suite(`behind ${name}, configured as in the guide`, { skip: lacks }, () => {
    let server: TestServer;
    let proxy: { url: string } & AsyncDisposable;
    let owner: ApiClient;
    /** Called once bytes received through tus are recorded. */
    let whenNoted: (() => void) | undefined;

    before(async () => {
      server = await startTestServer({
        // Callers come from other addresses of this machine.
        settings: { CONSIGNE_TRUSTED_PROXIES: "127.0.0.1", CONSIGNE_MIN_FREE_BYTES: "1" },
        replacePorts: (embedded) => tellOfAdvances(embedded, () => whenNoted?.()),
      });
      proxy = await start(Number(new URL(server.url).port));
      owner = new Client({ url: proxy.url }, server.apiKey);
    });
    after(async () => {
      await proxy?.[Symbol.asyncDispose]();
      await server?.[Symbol.asyncDispose]();
    });

    const throughProxy = (url: string) => `${proxy.url}${new URL(url).pathname}`;

    test("files are uploaded and downloaded unchanged, even beyond the proxy's default size limit", async () => {
      const content = new Uint8Array(contentOf(0, 3_000_001));
      const [file] = await owner.upload({ "été.bin": content });
      assert.equal(new URL(file?.download ?? "").hostname, "127.0.0.1");
      const { url } = await owner.ok("download/get_token", { url: file?.download });
      const answer = await fetch(throughProxy(String(url)));
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), Buffer.from(content));
    });

    test("a caller is counted by its real address, whatever address it claims", async () => {
      const account = await server.seed.account({ email: "fenced@example.org", plan: "premium" });
      const { text: key } = await server.seed.apiKey(account, { allowedAddresses: ["127.0.0.5"] });
      const statusFrom = (localAddress: string, named: string) =>
        new Promise<number | undefined>((resolve, reject) => {
          const headers = {
            authorization: `Bearer ${key}`,
            "content-type": "application/json",
            "x-forwarded-for": named,
          };
          request(`${proxy.url}/v1/folder/ls.cgi`, { method: "POST", headers, localAddress }, (response) => {
            response.resume().on("end", () => resolve(response.statusCode));
          })
            .on("error", reject)
            .end("{}");
        });
      assert.equal(await statusFrom("127.0.0.5", "192.0.2.1"), 200);
      assert.equal(await statusFrom("127.0.0.6", "127.0.0.5"), 403);
    });

    test("events arrive as they happen", async () => {
      await using reader = await EventReader.open({ url: proxy.url }, server.apiKey);
      assert.equal((await reader.next())?.line, "ready {}");
      await owner.ok("folder/mkdir", { name: "told at once", folder_id: 0 });
      assert.match((await reader.next())?.line ?? "the end", /^folder /);
    });

    test("the bytes of an upload arrive while it is running", async () => {
      const tus = new Tus({ url: proxy.url }, server.apiKey);
      const content = contentOf(1, 100);
      const url = throughProxy(await tus.begin(content.length));
      const { promise: noted, resolve } = Promise.withResolvers<void>();
      whenNoted = resolve;
      const sending = tus.open(url, 0, { length: content.length });
      await sending.write(content.subarray(0, PART_BYTES + 5));
      await noted;
      whenNoted = undefined;
      sending.sent.end(content.subarray(PART_BYTES + 5));
      const { status, offset } = await sending.answer;
      assert.deepEqual([status, offset], [204, String(content.length)]);
    });
  });
}

suite("behind nginx with its default configuration", { skip: lacking([nginxProgram, "-v"]) }, () => {
  test("many small files are sent in requests of 1 MiB, and a larger one fails with the setting to change", async () => {
    await using server = await startTestServer({ settings: { CONSIGNE_MIN_FREE_BYTES: "1" } });
    await using proxy = await Nginx.start(Number(new URL(server.url).port), { takesLittle: true });
    const client = createClient({ url: proxy.url, apiKey: server.apiKey });
    const contents = [...Array.from({ length: 40 }, () => contentOf(0, 100_000)), contentOf(0, 2_000_000)];
    const files = contents.map((content, at) => {
      const name = `${at}.bin`;
      return { source: fromBytes(new Uint8Array(content), { name }), names: ["tree", name] };
    });
    const most: number[] = [];
    const results = await client.uploads.sendBatch(files, { onSmallerRequests: (bytes) => void most.push(bytes) });
    assert.deepEqual(most, [1024 ** 2]);
    const failed = results.flatMap((result, at) => ("error" in result ? [`${at}: ${result.error.message}`] : []));
    assert.equal(failed.length, 1, failed.join("\n"));
    assert.match(failed[0] ?? "", /^40: .*client_max_body_size/);
  });
});

const lacksHttp2 = lacking([nginxProgram, "-v"], ["openssl", "version"], ["curl", "--version"]);

suite("behind nginx with TLS and the guide's lines for HTTP/2", { skip: lacksHttp2 }, () => {
  test("files are uploaded and downloaded unchanged over HTTP/2", async (context) => {
    await using server = await startTestServer({ settings: { CONSIGNE_MIN_FREE_BYTES: "1" } });
    await using proxy = await Nginx.start(Number(new URL(server.url).port), { http2: true });
    const folder = await mkdtemp(join(tmpdir(), "consigne-http2-"));
    context.after(() => rm(folder, { recursive: true }));
    const content = contentOf(0, 3_000_001);
    await writeFile(join(folder, "big.bin"), content);
    // Links name no port: the guide's nginx passes on the host alone, as it listens on 443.
    const curl = (...args: string[]) =>
      finish(
        "curl",
        [
          "-sSfL",
          "--connect-to",
          `::127.0.0.1:${proxy.port}`,
          "--cacert",
          proxy.certificate,
          "-H",
          `Authorization: Bearer ${server.apiKey}`,
          ...args,
        ],
        {
          variables: cleanVariables(folder),
          folder,
        },
      );

    const sent = await curl(
      "-H",
      "JSON: 1",
      "-F",
      "file[]=@big.bin",
      "-w",
      "\n%{http_version}",
      `${proxy.url}/upload.cgi`,
    );
    assert.equal(sent.code, 0, sent.stderr);
    const [report = "", version] = sent.stdout.split("\n");
    assert.equal(version, "2");
    const { links } = JSON.parse(report) as { links: { download: string }[] };
    assert.match(links[0]?.download ?? "", /^https:/);
    const got = await curl("-o", "got.bin", `${links[0]?.download}&dl=1`);
    assert.equal(got.code, 0, got.stderr);
    assert.ok((await readFile(join(folder, "got.bin"))).equals(content));
  });
});
