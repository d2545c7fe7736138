import assert from "node:assert/strict";
import { test } from "node:test";
import { parseServerAddress } from "./consigne-server.ts";

test("the server's URL may end in /v1 and may have a path before it", () => {
  for (const url of ["http://host:8080", "http://host:8080/", "http://host:8080/v1", "http://host:8080/v1/"]) {
    const address = { isTls: false, host: "host", port: 8080, authority: "host:8080", pathPrefix: "" };
    assert.deepEqual(parseServerAddress(url), address);
  }
  const { isTls, port, authority, pathPrefix } = parseServerAddress("https://files.example/box/v1");
  assert.deepEqual([isTls, port, authority, pathPrefix], [true, 443, "files.example", "/box"]);
  assert.equal(parseServerAddress("http://[::1]:8080").host, "::1");
});

test("1fichier.com, other schemes and credentials are refused", () => {
  for (const url of [
    "https://api.1fichier.com/v1",
    "ftp://host",
    "host:8080",
    "http://user:pass@host",
    "http://host/?a",
  ]) {
    assert.throws(() => parseServerAddress(url), { name: "UsageError", exitCode: 2 });
  }
});
