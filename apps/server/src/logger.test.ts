import assert from "node:assert/strict";
import { test } from "node:test";
import type { RequestLine } from "@consigne/http";
import type { LogFormat, LogLevel } from "./config.ts";
import { createLogger } from "./logger.ts";

function linesOf(format: LogFormat, log: (logger: ReturnType<typeof createLogger>) => void, level: LogLevel = "debug") {
  const lines: string[] = [];
  log(createLogger(level, { format, destination: { write: (line) => void lines.push(line) } }));
  return lines;
}

/** What moves the cursor, clears the screen, begins a line, or turns text around. */
const hostile = "\u001b[2J\u009b31m\r\n\u007f\u202e\u2028end";

test("as text, an event is one short line: time, level, message, fields", () => {
  const [line, ...more] = linesOf("text", (logger) =>
    logger.info({ method: "GET", path: "/v1/file/ls.cgi", status: 200, agent: "a b", missing: undefined }, "request"),
  );
  assert.match(
    line ?? "",
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d INFO  request method=GET path=\/v1\/file\/ls\.cgi status=200 agent="a b"\n$/,
  );
  assert.deepEqual(more, []);
});

test("as text, an error says what happened and where", () => {
  const [line = ""] = linesOf("text", (logger) => logger.error({ err: new TypeError("no\nroom") }, "request failed"));
  assert.match(line, / ERROR request failed err="TypeError: no\\nroom" at="?.*logger\.test\.ts:\d+:\d+\)?"?\n$/);
  assert.equal(line.split("\n").length, 2, "one line");
});

test("as text, long values are cut and nested values stay on the line", () => {
  const [line = ""] = linesOf("text", (logger) =>
    logger.warn({ long: "x".repeat(5000), listed: ["a", { b: 1 }], none: null }, "much"),
  );
  assert.ok(line.length < 500);
  assert.match(line, /x…" listed=\["a",\{"b":1\}\] none=null\n$/);
});

test("as text, the parts of a field are separate fields", () => {
  const mail = { kind: "folder", path: "/data/my letters" };
  const [line = ""] = linesOf("text", (logger) => logger.info({ port: 1, mail }, "started"));
  assert.match(line, / started port=1 mail\.kind=folder mail\.path="\/data\/my letters"\n$/);
});

test("as JSON, an event is one line with the same content", () => {
  const [line = ""] = linesOf("json", (logger) => logger.warn({ path: hostile, status: 404 }, "request"));
  const { time, ...event } = JSON.parse(line) as Record<string, unknown>;
  assert.equal(typeof time, "number");
  assert.deepEqual(event, { level: 40, path: hostile, status: 404, msg: "request" });
});

const asked: RequestLine = {
  requestId: "1a2b3c4d-z",
  method: "GET",
  path: "/v1/file/ls.cgi",
  status: 200,
  durationMs: 3,
  address: "2001:db8::1",
};

/** Without the time, which is checked to be the current one. */
function withoutTime(line: string): string {
  const { time, ...event } = JSON.parse(line) as { time: number };
  assert.ok(Math.abs(Date.now() - time) < 3_600_000, `${time}`);
  return JSON.stringify(event);
}

for (const [of, fields] of Object.entries({
  "a guest": {},
  "a key": { accountId: "account", apiKeyId: "key" },
  "a session": { accountId: "account", apiKeyId: undefined, sessionId: 'a"b' },
  "a hostile address": { path: hostile, method: '"', address: "::1%\u202e" },
})) {
  test(`the request line of ${of} is formatted like any other`, () => {
    const line = { ...asked, ...fields };
    for (const format of ["json", "text"] as const) {
      const [own = "", ...more] = linesOf(format, (logger) => logger.request(line));
      const [usual = ""] = linesOf(format, (logger) => logger.info(line, "request"));
      assert.deepEqual(more, []);
      if (format === "json") assert.equal(withoutTime(own), withoutTime(usual));
      else assert.equal(own.slice(own.indexOf(" INFO ")), usual.slice(usual.indexOf(" INFO ")));
      // oxlint-disable-next-line no-control-regex -- they are what must not be there
      assert.doesNotMatch(own.slice(0, -1), /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
    }
  });
}

test("requests are not logged above their level", () => {
  assert.deepEqual(
    linesOf("json", (logger) => logger.request(asked), "warn"),
    [],
  );
});

for (const format of ["text", "json"] as const) {
  test(`as ${format}, nothing sent by a caller can control a terminal`, () => {
    const error = Object.assign(new Error(hostile), { code: hostile });
    const lines = linesOf(format, (logger) => logger.error({ path: hostile, names: [hostile], err: error }, hostile));
    assert.equal(lines.length, 1);
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    assert.doesNotMatch((lines[0] ?? "").slice(0, -1), /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
    assert.ok(lines[0]?.endsWith("\n"));
  });

  test(`as ${format}, secrets are removed and the level applies`, () => {
    const log = (logger: ReturnType<typeof createLogger>) => {
      logger.info({ password: "hush", headers: { authorization: "Bearer hush" } }, "said");
      logger.debug("unsaid");
    };
    const lines = linesOf(format, log, "info");
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines[0] ?? "", /hush/);
    assert.deepEqual(linesOf(format, log, "silent"), []);
  });
}
