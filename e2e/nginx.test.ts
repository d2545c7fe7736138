import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, suite, test } from "node:test";
import { ApiClient } from "@consigne/testkit/api-client";
import { Nginx, nginxProgram } from "./_nginx.ts";
import { lacking } from "./_programs.ts";
import { times } from "./_proof.ts";
import { ServerProcess } from "./_server-process.ts";
import { peakMemoryBytes, WaitingCallers } from "./_waiting-callers.ts";

const MIB = 1024 * 1024;
/** Works all that time on a busy machine: five gigabytes go through this process. */
const TIMEOUT_MS = 10 * 60_000;
const STRANGERS = times({ sample: 600, full: 2500 });
const MKDIR = "/v1/folder/mkdir.cgi";
const portOf = (server: ServerProcess) => Number(new URL(server.url).port);

/** Sends bytes as they are; returns everything received until the connection ended or was silent. */
function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  return new Promise((resolve) => {
    socket.setTimeout(1000, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
    socket.on("error", () => undefined).on("close", () => resolve(received));
    socket.write(Buffer.from(bytes, "latin1"));
  });
}

/** Framings of one body that two programs might read differently; `inner` is the request hidden behind it. */
const framings: Record<string, (inner: string) => string> = {
  "a length and chunks": (inner) =>
    `Content-Length: ${inner.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
  "chunks and a length": (inner) => `Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${inner}`,
  "two lengths, the first shorter": (inner) =>
    `Content-Length: 2\r\nContent-Length: ${inner.length + 2}\r\n\r\n{}${inner}`,
  "two lengths, the second shorter": (inner) =>
    `Content-Length: ${inner.length + 2}\r\nContent-Length: 2\r\n\r\n{}${inner}`,
  "a list of lengths": (inner) => `Content-Length: 2, ${inner.length + 2}\r\n\r\n{}${inner}`,
  "a signed length": (inner) => `Content-Length: +2\r\n\r\n{}${inner}`,
  "a bare line feed before chunks": (inner) =>
    `X: a\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
  "bare line feeds only": (inner) => `Content-Length: 2\n\n{}${inner}`,
  "a bare line feed before a length": (inner) => `X: a\nContent-Length: ${inner.length + 2}\r\n\r\n{}${inner}`,
  "a bare carriage return": (inner) => `X: a\rTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
  "bare line feeds among chunks": (inner) => `Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n${inner}`,
  "a line feed in a chunk's extension": (inner) =>
    `Transfer-Encoding: chunked\r\n\r\n2;a\nb\r\n{}\r\n0\r\n\r\n${inner}`,
  "a chunk of a strange size": (inner) => `Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n${inner}`,
  "a chunk without its end": (inner) => `Transfer-Encoding: chunked\r\n\r\n2\r\n{}0\r\n\r\n${inner}`,
  "chunks by another name": (inner) => `Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
  "chunks after identity": (inner) => `Transfer-Encoding: identity, chunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
  "chunks twice": (inner) =>
    `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}${inner}`,
  "a tab before chunked": (inner) => `Transfer-Encoding:\tchunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
  "a blank before the colon": (inner) => `Transfer-Encoding : chunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
  "a folded header": (inner) => `X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
  "a name with an underscore": (inner) => `Transfer_Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
  "a connection header that names the length": (inner) =>
    `Connection: Content-Length\r\nContent-Length: ${inner.length + 2}\r\n\r\n{}${inner}`,
};

suite("behind nginx, configured as in the guide", { skip: lacking([nginxProgram, "-v"]) }, () => {
  let server: ServerProcess;
  let nginx: Nginx;
  let owner: ApiClient;
  before(async () => {
    // The callers in these tests come from other addresses of this machine.
    server = await ServerProcess.start({ CONSIGNE_LIMITS: "off", CONSIGNE_TRUSTED_PROXIES: "127.0.0.1" });
    nginx = await Nginx.start(portOf(server));
    owner = new ApiClient({ url: nginx.url }, server.apiKey);
  });
  after(async () => {
    await nginx[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test("files are uploaded and downloaded unchanged", async () => {
    const content = new Uint8Array(20 * MIB).map((_, at) => at * 7);
    const [file] = await owner.upload({ "été.bin": content });
    assert.equal(file?.filename, "été.bin");
    assert.equal(new URL(file?.download ?? "").hostname, "127.0.0.1");
    const { url } = await owner.ok("download/get_token", { url: file?.download });
    const answer = await fetch(`${nginx.url}${new URL(String(url)).pathname}`);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), Buffer.from(content));
  });

  suite("a request smuggled inside another", () => {
    for (const [index, [what, framing]] of Object.entries(framings).entries()) {
      test(`never runs as a request of its own: ${what}`, async () => {
        const name = `hidden ${index}`;
        const json = JSON.stringify({ name });
        const head = `Host: x\r\nAuthorization: Bearer ${server.apiKey}\r\nContent-Type: application/json\r\n`;
        const inner = `POST ${MKDIR} HTTP/1.1\r\n${head}Content-Length: ${json.length}\r\n\r\n${json}`;
        const before = (await nginx.requests()).length;
        await sendRaw(nginx.port, `POST /v1/file/ls.cgi HTTP/1.1\r\n${head}${framing(inner)}`);
        // Anything left on a connection to the server would corrupt the answers to others.
        for (let count = 0; count < 3; count++) {
          assert.equal((await owner.request("/healthz")).text, '{"status":"OK"}');
          assert.equal((await owner.ok("folder/ls"))["name"], "root");
        }
        const { sub_folders } = (await owner.ok("folder/ls")) as { sub_folders: { name: string }[] };
        const hasRun = sub_folders.some((folder) => folder.name === name);
        const wasSeen = (await nginx.requests()).slice(before).some(({ path }) => path === MKDIR);
        assert.ok(!hasRun || wasSeen, "the server ran a request that nginx had treated as a body");
      });
    }
  });

  test(
    `${STRANGERS} anonymous bodies that never end leave room for others`,
    { timeout: TIMEOUT_MS },
    async (context) => {
      const send = [
        "POST /v1/file/rm.cgi HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n",
        Buffer.alloc(1_990_000, " "),
      ];
      using waiting = await WaitingCallers.open(nginx.port, STRANGERS, {
        addresses: Array.from({ length: 10 }, (_, at) => `127.0.0.${at + 2}`),
        send,
      });
      await waiting.sent();
      for (let count = 0; count < 5; count++) await owner.ok("folder/ls");
      const peakBytes = peakMemoryBytes(server.pid);
      context.diagnostic(`${STRANGERS} strangers: ${Math.round(peakBytes / MIB)} MiB at most`);
      assert.ok(peakBytes < 400 * MIB, `${Math.round(peakBytes / MIB)} MiB`);
    },
  );

  test("requests from one forwarded address are limited, and those from others are served", async () => {
    const begun =
      `POST /v1/file/ls.cgi HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.apiKey}\r\n` +
      "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    using waiting = await WaitingCallers.open(nginx.port, 600, { addresses: ["127.0.0.77"], send: [begun] });
    const { status } = await owner.call("folder/ls");
    assert.equal(status, 200);
    const refused = () => waiting.callers.filter((caller) => caller.received().startsWith("HTTP/1.1 503 ")).length;
    const deadline = Date.now() + 60_000;
    while (refused() < 600 - 512) {
      assert.ok(Date.now() < deadline, `${refused()} were refused`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
});
