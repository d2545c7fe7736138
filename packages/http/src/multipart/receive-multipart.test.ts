import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, beforeEach, describe, test } from "node:test";
import { MultipartError } from "./multipart-error.ts";
import { receiveMultipart } from "./receive-multipart.ts";
import type { FileHead, MultipartOptions, ReceivedMultipart } from "./receive-multipart.ts";

interface Taken extends FileHead {
  text: string;
  end: "open" | "finished" | "aborted";
  abortCount: number;
}

type Outcome = { received: ReceivedMultipart } | { error: unknown };

let server: Server;
let taken: Taken[];
let options: Partial<MultipartOptions>;
let outcome: Promise<Outcome>;
let onRequest: (request: IncomingMessage) => void;

beforeEach(async () => {
  taken = [];
  options = {};
  onRequest = () => {};
  let settle: (value: Outcome) => void;
  outcome = new Promise((resolve) => (settle = resolve));
  server = createServer((request, response) => {
    onRequest(request);
    receiveMultipart(request, { ...defaults, ...options })
      .then((received) => settle({ received }))
      .catch((error: unknown) => settle({ error }))
      .finally(() => response.setHeader("connection", "close").end("answered"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const defaults: MultipartOptions = {
  maxFiles: 5,
  maxFields: 10,
  maxFieldBytes: 1000,
  maxAllFieldsBytes: 5000,
  idleTimeoutMs: 10_000,
  totalTimeoutMs: 30_000,
  openFile: (head) => Promise.resolve(takeFile(head)),
};

function takeFile(head: FileHead) {
  assert.ok(
    taken.every((file) => file.end !== "open"),
    "files are received one after the other",
  );
  const file: Taken = { ...head, text: "", end: "open", abortCount: 0 };
  taken.push(file);
  return {
    write: (chunk: Uint8Array) => {
      file.text += Buffer.from(chunk).toString("latin1");
      return Promise.resolve();
    },
    finish: () => {
      file.end = "finished";
      return Promise.resolve();
    },
    abort: () => {
      file.end = "aborted";
      file.abortCount++;
      return Promise.resolve();
    },
  };
}

const boundary = "XbX";
const part = (headers: string, body: string) => `--${boundary}\r\n${headers}\r\n\r\n${body}\r\n`;
const field = (name: string, value: string) => part(`Content-Disposition: form-data; name="${name}"`, value);
const file = (name: string, body: string) =>
  part(`Content-Disposition: form-data; name="file[]"; filename="${name}"`, body);
const closing = `--${boundary}--\r\n`;

function open(head: { length?: number; contentType?: string } = {}): Socket {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {});
  const framing = head.length === undefined ? "Transfer-Encoding: chunked" : `Content-Length: ${head.length}`;
  const type = head.contentType ?? `multipart/form-data; boundary=${boundary}`;
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${framing}\r\nContent-Type: ${type}\r\n\r\n`);
  return socket;
}

/** Sends a whole body, in pieces of `pieceBytes` when given. */
async function send(body: string, pieceBytes?: number, contentType?: string): Promise<Outcome> {
  const bytes = Buffer.from(body, "utf8");
  const socket = open({
    length: bytes.length,
    contentType: contentType ?? `multipart/form-data; boundary=${boundary}`,
  });
  const step = pieceBytes ?? Math.max(bytes.length, 1);
  for (let at = 0; at < bytes.length; at += step) {
    await new Promise((resolve) => socket.write(bytes.subarray(at, at + step), resolve));
  }
  const result = await outcome;
  socket.destroy();
  return result;
}

function received(result: Outcome): ReceivedMultipart {
  if ("error" in result) throw result.error;
  return result.received;
}

function assertFails(result: Outcome, code: string): void {
  assert.ok("error" in result, "the upload is refused");
  assert.ok(result.error instanceof MultipartError, String(result.error));
  assert.equal(result.error.code, code);
  assertNothingOpen();
}

function assertNothingOpen(): void {
  for (const { end, abortCount } of taken) {
    assert.notEqual(end, "open");
    assert.equal(abortCount, end === "aborted" ? 1 : 0);
  }
}

describe("what it accepts", () => {
  const mixed =
    field("did", "7") +
    file("a.bin", "one") +
    field("dpass", "sécret") +
    file("b.bin", "two\r\n--Xb") +
    field("did", "8");

  for (const pieceBytes of [undefined, 1, 7]) {
    test(`accepts fields and files in any order, in pieces of ${pieceBytes ?? "all"} bytes`, async () => {
      const { fields, fileCount } = received(await send(mixed + closing, pieceBytes));
      assert.deepEqual(
        [...fields],
        [
          ["did", "8"],
          ["dpass", "sécret"],
        ],
      );
      assert.equal(fileCount, 2);
      assert.deepEqual(
        taken.map(({ fileName, text, end }) => [fileName, text, end]),
        [
          ["a.bin", "one", "finished"],
          ["b.bin", "two\r\n--Xb", "finished"],
        ],
      );
    });
  }

  test("accepts what 1fichier.com refuses", async () => {
    const body =
      part("Content-Type: text/plain\r\nContent-Disposition: form-data; name=file[]; filename=my file.txt", "1") +
      part("content-disposition:form-data;filename*=UTF-8''%C3%A9.txt;name=other", "2");
    received(await send(body + closing, undefined, `multipart/form-data; charset=utf-8; boundary="${boundary}"`));
    assert.deepEqual(
      taken.map(({ fieldName, fileName, contentType }) => [fieldName, fileName, contentType]),
      [
        ["file[]", "my file.txt", "text/plain"],
        ["other", "é.txt", undefined],
      ],
    );
  });

  test("keeps names byte for byte and drops paths", async () => {
    const names = [" é e\u0301 😀 ", "%22+;,=.bin", "‛＂＼.txt"];
    const body = names.map((name) => file(name, "x")).join("") + file("/etc/passwd", "x") + file("..", "x");
    received(await send(body + closing));
    assert.deepEqual(
      taken.map(({ fileName }) => fileName),
      [...names, "passwd", "file"],
    );
  });

  test("treats an empty input as no file, and an empty file with a name as a file", async () => {
    const { fileCount } = received(await send(file("", "") + file("empty.txt", "") + file("", "bytes") + closing));
    assert.equal(fileCount, 2);
    assert.deepEqual(
      taken.map(({ fileName, text }) => [fileName, text]),
      [
        ["empty.txt", ""],
        ["file", "bytes"],
      ],
    );
  });

  test("accepts an empty field name and names that objects inherit", async () => {
    const { fields } = received(await send(field("", "a") + field("__proto__", "b") + field("a[b][c]", "c") + closing));
    assert.deepEqual(
      [...fields],
      [
        ["", "a"],
        ["__proto__", "b"],
        ["a[b][c]", "c"],
      ],
    );
  });

  test("accepts a form without parts", async () => {
    const { fields, fileCount } = received(await send(closing));
    assert.deepEqual([fields.size, fileCount], [0, 0]);
  });

  test("ignores a preamble and an epilogue, in small pieces too", async () => {
    received(await send(`hello\r\n${file("a", "1")}${closing}good bye`, 3));
    assert.equal(taken[0]?.text, "1");
  });

  test("passes large files to a slow sink without reading ahead", async () => {
    const body = file("a", "a".repeat(3_000_000)) + file("b", "b".repeat(3_000_000));
    let request: IncomingMessage | undefined;
    onRequest = (incoming) => (request = incoming);
    let seen = 0;
    options.openFile = (head) => {
      const sink = takeFile(head);
      const write = async (chunk: Uint8Array) => {
        await new Promise((resolve) => setImmediate(resolve));
        seen += chunk.length;
        assert.ok((request?.socket.bytesRead ?? 0) - seen < 3_000_000, "only little is read ahead");
        await sink.write(chunk);
      };
      return Promise.resolve({ ...sink, write });
    };
    received(await send(body + closing));
    assert.deepEqual(
      taken.map(({ text }) => text.length),
      [3_000_000, 3_000_000],
    );
  });
});

describe("a slow sink", () => {
  const readAheadBytes = 128 * 1024;

  for (const epilogue of ["", "an epilogue that browsers never send"]) {
    test(`gets everything if the body ends as the read-ahead fills up${epilogue && ", and an epilogue follows"}`, async () => {
      let arrivedBytes = 0;
      let expected = { bytes: 0, reached: () => {} };
      onRequest = (request) =>
        request.on("data", (chunk: Buffer) => {
          arrivedBytes += chunk.length;
          if (arrivedBytes >= expected.bytes) expected.reached();
        });
      const goOn = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      options.openFile = (head) => {
        const sink = takeFile(head);
        const write = (chunk: Uint8Array) => {
          begun.resolve();
          return goOn.promise.then(() => sink.write(chunk));
        };
        return Promise.resolve({ ...sink, write });
      };
      const pieces = ["first", "x".repeat(readAheadBytes - 10), "y".repeat(100)];
      const [head = ""] = file("a.bin", "|").split("|");
      const body = [head + pieces[0], pieces[1] ?? "", `${pieces[2]}\r\n${closing}`, epilogue];
      const socket = open({ length: body.join("").length });
      let sentBytes = 0;
      for (const text of body) {
        sentBytes += text.length;
        const arrival = new Promise<void>((resolve) => (expected = { bytes: sentBytes, reached: resolve }));
        socket.write(text);
        if (text === epilogue) break;
        if (text === body[0]) await begun.promise;
        else await arrival;
      }
      goOn.resolve();
      const { fileCount } = received(await outcome);
      assert.equal(fileCount, 1);
      assert.equal(taken[0]?.end, "finished");
      assert.equal(taken[0]?.text, pieces.join(""));
      socket.destroy();
    });
  }
});

describe("limits", () => {
  test("refuses one file too many instead of dropping it", async () => {
    assertFails(await send(file("a", "x").repeat(6) + closing), "too-many-files");
  });

  test("accepts as many files as allowed", async () => {
    assert.equal(received(await send(file("a", "x").repeat(5) + file("", "") + closing)).fileCount, 5);
  });

  test("refuses a nameless file beyond the limit", async () => {
    assertFails(await send(file("a", "x").repeat(5) + file("", "x") + closing), "too-many-files");
  });

  test("refuses a flood of fields", async () => {
    assertFails(await send(field("a", "").repeat(20_000)), "too-many-fields");
  });

  test("accepts fields that fit together", async () => {
    assert.equal(received(await send(field("m", "m".repeat(999)).repeat(5) + closing)).fields.size, 1);
  });

  test("refuses fields that are too large together", async () => {
    assertFails(await send(field("m", "m".repeat(999)).repeat(6) + closing), "field-too-large");
  });

  test("counts the names of fields", async () => {
    assertFails(await send(field("n".repeat(1001), "").repeat(5) + closing), "field-too-large");
  });

  test("refuses a field that is too large", async () => {
    assertFails(await send(file("a", "x") + field("message", "m".repeat(1001)) + closing), "field-too-large");
  });
});

describe("broken bodies", () => {
  const malformed: Record<string, string> = {
    nothing: "",
    garbage: "GET / HTTP/1.1\r\n\r\n{}".repeat(50),
    "endless garbage": "x".repeat(2_000_000),
    "a part without headers": `--${boundary}\r\n\r\nbody\r\n${closing}`,
    "headers without an end": `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n${closing}`,
    "two boundaries in a row": `--${boundary}\r\n--${boundary}\r\n${closing}`,
    "no disposition": part("Content-Type: text/plain", "x") + closing,
    "a header of 64 KiB": file("n".repeat(65_536), "x") + closing,
    "a header of 1 MB before the disposition":
      part(`X-Long: ${"l".repeat(1_000_000)}\r\nContent-Disposition: form-data; name="a"`, "x") + closing,
    "a bare line feed in a name": file("a\nb", "x") + closing,
    "an endless epilogue": file("a", "x") + closing + "e".repeat(3_000_000),
    "headers that never end": `--${boundary}\r\n${"X-A: b\r\n".repeat(200_000)}`,
  };
  for (const [what, body] of Object.entries(malformed)) {
    test(`refuses ${what}`, async () => assertFails(await send(body), "malformed"));
  }

  const truncated: Record<string, string> = {
    "inside a file": file("a", "x") + file("b", "y".repeat(100_000)).slice(0, -3),
    "inside a field": field("a", "x").slice(0, -2),
    "between parts": file("a", "x"),
    "inside the closing boundary": file("a", "x") + closing.slice(0, -4),
    "inside headers": file("a", "x") + `--${boundary}\r\nContent-Dis`,
  };
  for (const [what, body] of Object.entries(truncated)) {
    for (const pieceBytes of [undefined, 4093]) {
      test(`refuses a body that ends ${what}, in pieces of ${pieceBytes ?? "all"} bytes`, async () =>
        assertFails(await send(body, pieceBytes), "truncated"));
    }
  }

  test("refuses every prefix of a good body and closes every sink", async () => {
    const whole = field("did", "1") + file("a", "abc") + file("", "") + closing.slice(0, -2);
    for (let length = 0; length < whole.length; length += 5) {
      taken = [];
      outcome = new Promise((resolve) => {
        server.removeAllListeners("request");
        server.once("request", (request, response) => {
          receiveMultipart(request, defaults)
            .then((value) => resolve({ received: value }))
            .catch((error: unknown) => resolve({ error }))
            .finally(() => response.end());
        });
      });
      const result = await send(whole.slice(0, length));
      assert.ok("error" in result && result.error instanceof MultipartError, `cut at ${length}`);
      assertNothingOpen();
    }
  });

  for (const contentType of [
    "text/plain",
    "multipart/form-data",
    `multipart/form-data; boundary=${"b".repeat(10_240)}`,
  ]) {
    test(`refuses the content type ${contentType.slice(0, 40)}`, async () =>
      assertFails(await send(file("a", "x") + closing, undefined, contentType), "not-multipart"));
  }

  test("lets the caller answer a refusal while the client still sends", async () => {
    const socket = open({ length: 50_000_000 });
    socket.write(file("n".repeat(20_000), "x"));
    const answer = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
    socket.write("z".repeat(5_000_000));
    assert.match(await answer, /answered/);
    assertFails(await outcome, "malformed");
    socket.destroy();
  });
});

describe("clients that leave or stall", () => {
  test("aborts the open file if the client vanishes", async () => {
    const socket = open({ length: 1_000_000 });
    socket.write(file("a", "x") + file("b", "y".repeat(5000)).slice(0, -2), () => socket.resetAndDestroy());
    assertFails(await outcome, "aborted");
  });

  test("rejects if the client vanishes between two chunks", async () => {
    const socket = open();
    socket.write(`5\r\n--${boundary}\r\n`.replace("5", (boundary.length + 4).toString(16)), () => socket.destroy());
    assertFails(await outcome, "aborted");
  });

  test("gives up on a silent client", async () => {
    options.idleTimeoutMs = 40;
    const socket = open({ length: 1_000_000 });
    socket.write(file("a", "y".repeat(5000)).slice(0, -2));
    assertFails(await outcome, "idle");
    socket.destroy();
  });

  test("gives up on a client that never starts", async () => {
    options.idleTimeoutMs = 40;
    const socket = open({ length: 10 });
    assertFails(await outcome, "idle");
    socket.destroy();
  });

  test("gives up on a client that sends too slowly", async () => {
    options.idleTimeoutMs = 5000;
    options.totalTimeoutMs = 150;
    const socket = open({ length: 1_000_000 });
    socket.write(file("a", "y").slice(0, -2));
    const dribble = setInterval(() => socket.write("y"), 5);
    const result = await outcome;
    clearInterval(dribble);
    socket.destroy();
    assertFails(result, "too-slow");
  });

  test("does not blame the client for our own slowness", async () => {
    options.idleTimeoutMs = 300;
    options.openFile = (head) => {
      const sink = takeFile(head);
      const write = async (chunk: Uint8Array) => {
        if (taken[0]?.text === "") await new Promise((resolve) => setTimeout(resolve, 700));
        await sink.write(chunk);
      };
      return Promise.resolve({ ...sink, write });
    };
    received(await send(file("a", "a".repeat(6_000_000)) + closing));
    assert.equal(taken[0]?.text.length, 6_000_000);
  });
});

describe("failing sinks", () => {
  const full = new Error("disk full");

  test("passes on a write error and aborts that sink once", async () => {
    options.openFile = (head) => Promise.resolve({ ...takeFile(head), write: () => Promise.reject(full) });
    assert.deepEqual(await send(file("a", "y".repeat(3_000_000)) + closing), { error: full });
    assert.equal(taken[0]?.abortCount, 1);
  });

  test("passes on a finish error and aborts that sink", async () => {
    options.openFile = (head) => Promise.resolve({ ...takeFile(head), finish: () => Promise.reject(full) });
    assert.deepEqual(await send(file("a", "y") + file("b", "z") + closing), { error: full });
    assert.deepEqual(
      taken.map(({ fileName, abortCount }) => [fileName, abortCount]),
      [["a", 1]],
    );
  });

  test("passes on an openFile error", async () => {
    options.openFile = () => Promise.reject(full);
    assert.deepEqual(await send(field("did", "1") + file("a", "y") + closing), { error: full });
  });

  test("reports the first error if the abort fails too", async () => {
    options.openFile = () =>
      Promise.resolve({
        write: () => Promise.reject(full),
        finish: () => Promise.resolve(),
        abort: () => Promise.reject(new Error("cannot even abort")),
      });
    assert.deepEqual(await send(file("a", "y") + closing), { error: full });
  });

  test("aborts a sink that opens after the client has left", async () => {
    let opened: () => void = () => {};
    const opening = new Promise<void>((resolve) => (opened = resolve));
    onRequest = (request) => request.once("close", opened);
    const socket = open({ length: 1_000_000 });
    options.openFile = async (head) => {
      socket.resetAndDestroy();
      await opening;
      return takeFile(head);
    };
    socket.write(file("a", "y").slice(0, -2));
    assertFails(await outcome, "aborted");
    assert.equal(taken[0]?.end, "aborted");
  });
});
