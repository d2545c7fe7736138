import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Compile } from "typebox/compile";
import type { Endpoint } from "./endpoint.ts";
import { folderMoveDestination } from "./endpoints/folder-endpoints.ts";
import { endpoints } from "./endpoints.ts";
import { parseRequest } from "./parse-request.ts";
import { readerOf } from "./schema-reader.ts";

const LINK = "https://1fichier.com/?abcdefghij0123456789";

function valueOf<E extends Endpoint>(endpoint: E, body: unknown) {
  const parsed = parseRequest(endpoint, body);
  assert.ok(parsed.isValid, parsed.isValid ? "" : parsed.problem);
  return parsed.value;
}

function problemOf(endpoint: Endpoint, body: unknown): string {
  const parsed = parseRequest(endpoint, body);
  assert.ok(!parsed.isValid, "is refused");
  return parsed.problem;
}

describe("a request", () => {
  it("may have no body, an empty one or JSON null in place of an empty object", () => {
    for (const body of [undefined, null, "", {}]) assert.deepEqual(valueOf(endpoints.userInfo, body), {});
  });

  it("may have the bodies shown in the reference", () => {
    for (const [name, endpoint] of Object.entries(endpoints)) {
      const { request } = endpoint.example;
      assert.deepEqual(valueOf(endpoint, request), request, name);
    }
  });

  it("loses its nulls, also nested", () => {
    assert.deepEqual(valueOf(endpoints.fileInfo, { url: LINK, pass: null, folder_id: null }), { url: LINK });
    assert.deepEqual(valueOf(endpoints.fileRm, { files: [{ url: LINK, code: null }] }), { files: [{ url: LINK }] });
    assert.deepEqual(valueOf(endpoints.fileChattr, { urls: [LINK], acl: { ip: null } }), { urls: [LINK], acl: {} });
  });

  it("may contain numbers as text", () => {
    assert.deepEqual(valueOf(endpoints.remoteInfo, { id: "12" }), { id: 12 });
    assert.deepEqual(valueOf(endpoints.fileLs, { folder_id: "-1", pretty: "1" }), { folder_id: -1, pretty: 1 });
  });

  it("accepts true and false for flags only", () => {
    const body = { url: LINK, single: true, inline: false, cdn: "1" };
    assert.deepEqual(valueOf(endpoints.downloadGetToken, body), { url: LINK, single: 1, inline: 0, cdn: 1 });
    assert.equal(problemOf(endpoints.folderRm, { folder_id: true }), "folder_id must be a whole number.");
    assert.equal(
      problemOf(endpoints.downloadGetToken, { url: LINK, restrict_ip: true }),
      "restrict_ip must be 0, 1 or 2.",
    );
  });

  it("loses unknown keys, however deep", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 5000; level += 1) deep = [deep];
    assert.deepEqual(valueOf(endpoints.fileLs, { folder_id: 3, extra: deep, "2fa": {} }), { folder_id: 3 });
  });

  it("loses empty text where it is meaningless, as typed clients send it", () => {
    for (const endpoint of [endpoints.fileInfo, endpoints.downloadGetToken]) {
      const typed = { url: "", folder_id: 5, filename: "x", sharing_user: null };
      assert.deepEqual(valueOf(endpoint, typed), { folder_id: 5, filename: "x" });
      assert.deepEqual(valueOf(endpoint, { url: LINK, folder_id: "", filename: "" }), { url: LINK });
    }
    const empty = { folder_id: "", sent_before: "", sent_after: "", pretty: "" };
    assert.deepEqual(valueOf(endpoints.fileLs, empty), {});
    const move = { urls: [LINK], destination_folder_id: 3, rename: "" };
    assert.deepEqual(valueOf(endpoints.fileMv, move), { urls: [LINK], destination_folder_id: 3 });
    const change = { urls: [LINK], filename: "", fileName: "a", no_ssl: "", acl: "", description: "", pass: "" };
    assert.deepEqual(valueOf(endpoints.fileChattr, change), {
      urls: [LINK],
      filename: "a",
      description: "",
      pass: "",
    });
  });

  it("has empty text read as null in optional fields that allow it, unless it has a meaning there", () => {
    // An empty path is the root there.
    const telling = new Set(["description", "pass", "destination_user", "sharing_user", "path", "note"]);
    for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
      const { properties, required = [] } = endpoint.request as unknown as {
        properties: object;
        required?: string[];
      };
      const { request } = endpoint.example;
      for (const key of Object.keys(properties).filter((each) => !required.includes(each) && !telling.has(each))) {
        const answers = ["", null].map((nothing) => parseRequest(endpoint, { ...request, [key]: nothing }));
        assert.deepEqual(answers[0], answers[1], `${name} ${key}`);
      }
    }
  });

  it("distinguishes an absent destination from an empty one", () => {
    const rename = valueOf(endpoints.folderMv, { folder_id: 8, rename: "y" });
    assert.equal(folderMoveDestination(rename), undefined);
    const toRoot = valueOf(endpoints.folderMv, { folder_id: 8, destination_user: "", rename: "y" });
    assert.equal("destination_folder_id" in toRoot, false);
    assert.equal(toRoot.destination_user, "");
    assert.equal(folderMoveDestination(toRoot), 0);
    const body = { folder_id: 8, destination_folder_id: 7, destination_user: "" };
    assert.equal(folderMoveDestination(valueOf(endpoints.folderMv, body)), 7);
    const nulls = { folder_id: 8, destination_folder_id: null, destination_user: null, rename: "y" };
    assert.equal(folderMoveDestination(valueOf(endpoints.folderMv, nulls)), undefined);
  });

  it("may use other spellings of a key, of which the right one wins", () => {
    assert.deepEqual(valueOf(endpoints.fileCp, { urls: [LINK], destination_folder_id: "7" }), {
      urls: [LINK],
      folder_id: 7,
    });
    assert.deepEqual(valueOf(endpoints.fileCp, { urls: [LINK], destination_folder_id: 7, folder_id: 8 }), {
      urls: [LINK],
      folder_id: 8,
    });
    assert.deepEqual(valueOf(endpoints.fileChattr, { urls: [LINK], fileName: "a" }), { urls: [LINK], filename: "a" });
  });

  it("accepts headers as an object or a list", () => {
    const urls = ["https://example.org/a"];
    const list = { urls, headers: ["Accept: */*"] };
    assert.deepEqual(valueOf(endpoints.remoteRequest, list), list);
    const object = { urls, headers: { Accept: "*/*", Cookie: null } };
    assert.deepEqual(valueOf(endpoints.remoteRequest, object), { urls, headers: { Accept: "*/*" } });
    assert.equal(
      problemOf(endpoints.remoteRequest, { urls, headers: "Accept: */*" }),
      "headers must be a JSON object or a list.",
    );
  });

  it("keeps names byte for byte", () => {
    const filename = ' e\u0301\u00a0"＜" ';
    assert.deepEqual(valueOf(endpoints.fileRename, { urls: [{ url: LINK, filename }] }), {
      urls: [{ url: LINK, filename }],
    });
  });
});

describe("the request check", () => {
  it("refuses a body that is not an object", () => {
    for (const body of [[], [1], 1, true, "{}", () => 0]) {
      assert.equal(problemOf(endpoints.fileLs, body), "The request must be a JSON object.");
    }
  });

  it("names the missing or invalid field", () => {
    assert.equal(problemOf(endpoints.folderMkdir, {}), "name is missing.");
    assert.equal(problemOf(endpoints.folderMkdir, { name: 5 }), "name must be text.");
    assert.equal(problemOf(endpoints.fileMv, { urls: [LINK] }), "destination_folder_id is missing.");
    assert.equal(problemOf(endpoints.fileRm, { files: LINK }), "files must be a list.");
    assert.equal(problemOf(endpoints.fileRm, { files: [] }), "files must not be empty.");
    assert.equal(problemOf(endpoints.fileRm, { files: [{ url: LINK }, {}] }), "files[1].url is missing.");
    assert.equal(problemOf(endpoints.fileMv, { urls: [null], destination_folder_id: 0 }), "urls[0] must be text.");
    assert.equal(problemOf(endpoints.fileChattr, { urls: [LINK], acl: [] }), "acl must be a JSON object.");
    assert.equal(problemOf(endpoints.fileInfo, {}), "Give url, or folder_id and filename.");
    assert.equal(problemOf(endpoints.fileInfo, { filename: "a" }), "Give url, or folder_id and filename.");
  });

  it("refuses numbers that are not integers, out of range or not exact", () => {
    for (const id of [
      1.5,
      Number.NaN,
      Infinity,
      2 ** 53,
      "9007199254740993",
      "1e3",
      "0x10",
      "",
      " 1",
      "1.0",
      {},
      [1],
    ]) {
      assert.equal(problemOf(endpoints.folderRm, { folder_id: id }), "folder_id must be a whole number.");
    }
    assert.equal(problemOf(endpoints.folderRm, { folder_id: -1 }), "folder_id must not be below 0.");
    assert.equal(problemOf(endpoints.fileLs, { folder_id: -2 }), "folder_id must not be below -1.");
    assert.equal(problemOf(endpoints.userInfo, { default_domain: 11 }), "default_domain must not be above 10.");
    assert.ok(Object.is(valueOf(endpoints.folderRm, { folder_id: "-0" }).folder_id, 0));
  });

  it("refuses lists and texts beyond their limits, counted in characters", () => {
    const urls = Array.from({ length: 1001 }, () => LINK);
    assert.equal(
      problemOf(endpoints.fileMv, { urls, destination_folder_id: 0 }),
      "urls must have at most 1000 entries.",
    );
    const tooLong = "name must have at most 1024 characters.";
    assert.equal(problemOf(endpoints.folderMkdir, { name: "a".repeat(1025) }), tooLong);
    assert.equal(valueOf(endpoints.folderMkdir, { name: "😀".repeat(1024) }).name.length, 2048);
    assert.equal(problemOf(endpoints.folderMkdir, { name: "😀".repeat(1025) }), tooLong);
    assert.equal(problemOf(endpoints.folderMkdir, { name: "" }), "name must not be empty.");
    assert.equal(problemOf(endpoints.folderMkdir, { name: "a\ud800" }), "name contains half of a character pair.");
    assert.equal(problemOf(endpoints.fileScan, { url: "" }), "url must not be empty.");
    const headers = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`X-${index}`, ""]));
    assert.equal(problemOf(endpoints.remoteRequest, { urls: ["a"], headers }), "headers must have at most 50 entries.");
  });

  it("refuses invalid dates", () => {
    assert.deepEqual(valueOf(endpoints.fileLs, { sent_after: "2026-01-31 10:20:30" }), {
      sent_after: "2026-01-31 10:20:30",
    });
    assert.equal(
      problemOf(endpoints.fileLs, { sent_before: "2026-02-30 00:00:00" }),
      "sent_before must be a date written as YYYY-MM-DD HH:MM:SS.",
    );
  });

  it("ignores dangerous keys such as __proto__", () => {
    const body: unknown = JSON.parse(
      '{"__proto__":{"folder_id":5,"x":1},"constructor":{"prototype":{"x":1}},"folder_id":3}',
    );
    const value = valueOf(endpoints.fileLs, body);
    assert.deepEqual(Object.keys(value), ["folder_id"]);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.deepEqual(valueOf(endpoints.fileLs, Object.create({ folder_id: 9 })), {});
    const headers: unknown = JSON.parse('{"urls":["a"],"headers":{"__proto__":"x","constructor":"y","Accept":"z"}}');
    assert.deepEqual(valueOf(endpoints.remoteRequest, headers), { urls: ["a"], headers: { Accept: "z" } });
    assert.equal("x" in {}, false);
  });

  it("refuses to compile a schema it cannot read", () => {
    for (const schema of [{ type: "null" }, { anyOf: [] }, { type: "array" }, {}]) {
      assert.throws(() => readerOf(schema), TypeError);
    }
  });
});

describe("any body", () => {
  const checks = Object.entries(endpoints).map(([name, endpoint]: [string, Endpoint]) => ({
    name,
    endpoint,
    check: Compile(endpoint.request),
  }));
  const keys = [
    ...new Set(checks.flatMap(({ endpoint }) => Object.keys((endpoint.request as { properties: object }).properties))),
    "__proto__",
    "constructor",
    "destination_folder_id",
  ];
  let state = 3;
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 8;
  const pick = <T>(list: readonly T[]): T => list[next() % list.length] as T;
  const scalars = [null, 0, 1, -1, 2 ** 60, 0.5, true, false, "", "7", LINK, "x".repeat(300), "2026-01-01 00:00:00"];
  function anyValue(depth: number): unknown {
    const kind = next() % 6;
    if (depth > 0 && kind === 0) return Array.from({ length: next() % 4 }, () => anyValue(depth - 1));
    if (depth > 0 && kind === 1) return anyObject(depth - 1);
    return pick(scalars);
  }
  function anyObject(depth: number): object {
    const entries = Array.from({ length: next() % 8 }, () => [pick(keys), anyValue(depth)]);
    return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as object;
  }
  /** The example with some of its keys replaced, so that many bodies are nearly right. */
  function nearExample(endpoint: Endpoint): object {
    const { request } = endpoint.example;
    return next() % 2 === 0 ? { ...request, [pick(keys)]: anyValue(2) } : { ...anyObject(2), ...request };
  }

  it("is refused in a plain sentence or gives a value of the schema", () => {
    const counts = { valid: 0, refused: 0 };
    for (let round = 0; round < 1500; round += 1) {
      for (const { name, endpoint, check } of checks) {
        const body = round % 2 === 0 ? anyObject(3) : nearExample(endpoint);
        const parsed = parseRequest(endpoint, body);
        if (parsed.isValid) {
          counts.valid += 1;
          assert.ok(check.Check(parsed.value), `${name} ${JSON.stringify(parsed.value)}`);
          assert.deepEqual(valueOf(endpoint, parsed.value), parsed.value);
        } else {
          counts.refused += 1;
          assert.match(parsed.problem, /^[A-Za-z][^#\n]*\.$/);
          assert.doesNotMatch(parsed.problem, /subscription|expired|flood|rate\b|too many|not found|offline/i);
        }
      }
    }
    assert.ok(counts.valid > 1000 && counts.refused > 1000, JSON.stringify(counts));
  });
});
