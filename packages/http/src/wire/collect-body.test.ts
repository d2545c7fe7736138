import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { after, before, suite, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { BytePool } from "../bounds/held-bytes.ts";
import { type BodyRoom, collectBody } from "./collect-body.ts";

const maxBytes = 64 * 1024;
const pool = new BytePool({ total: 2 * maxBytes, perCaller: 2 * maxBytes });
const room: BodyRoom = { maxBytes, open: (cut) => pool.open({ own: undefined, network: undefined }, { cut }) };

const collected = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    collectBody(request, room, (error, body) => (error === null ? resolve(body.toString()) : reject(error)));
  });

suite("a small body", () => {
  let server: Server;
  let port: number;

  before(async () => {
    server = createServer((request, response) => {
      // Like a call, which looks up its caller first.
      const answer = async (): Promise<void> => {
        if (request.url === "/later") await nextTurn();
        else await Promise.resolve();
        const text = await collected(request);
        response.end(`${text.length} ${text.slice(0, 20)}`);
      };
      answer().catch((error: Error) => response.writeHead(400).end(error.message));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  });
  after(() => server.close());

  /** Sends two requests on one connection; returns both response bodies. */
  async function sent(path: string, head: string, pieces: readonly string[]): Promise<string[]> {
    const socket = connect(port, "127.0.0.1");
    const closed = once(socket, "close");
    let answer = "";
    socket.on("data", (data: Buffer) => void (answer += data.toString()));
    for (const connection of ["keep-alive", "close"]) {
      const answered = answer.length;
      const lines = [`POST ${path} HTTP/1.1`, "Host: x", `Connection: ${connection}`, head];
      const [first = "", ...others] = pieces;
      socket.write(`${lines.join("\r\n")}\r\n\r\n${first}`);
      for (const piece of others) {
        await nextTurn();
        socket.write(piece);
      }
      while (answer.length === answered) await once(socket, "data");
    }
    await closed;
    return answer.split("HTTP/1.1 ").flatMap((each) => (each === "" ? [] : (each.split("\r\n\r\n")[1] ?? "")));
  }

  for (const path of ["/", "/later"]) {
    test(`sent with its head is read completely, and the connection continues (${path})`, async () => {
      const body = "words ".repeat(2000);
      const answers = await sent(path, `Content-Length: ${body.length}`, [body]);
      assert.deepEqual(answers, Array(2).fill("12000 words words words wo"));
    });
  }

  test("in pieces is waited for", async () => {
    const answers = await sent("/", "Content-Length: 6", ["one", "two"]);
    assert.deepEqual(answers, ["6 onetwo", "6 onetwo"]);
  });

  test("without a length is read to its end", async () => {
    const answers = await sent("/later", "Transfer-Encoding: chunked", ["3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"]);
    assert.deepEqual(answers, ["6 onetwo", "6 onetwo"]);
  });

  test("without bytes is empty", async () => {
    assert.deepEqual(await sent("/later", "Content-Length: 0", []), ["0 ", "0 "]);
  });
});
