import assert from "node:assert/strict";
import { test } from "node:test";
import { type LineScopes, readyLines } from "./ready-lines.ts";

const toolsOf = (scopes: LineScopes) => linesOf(scopes).map(({ tool }) => tool);
const linesOf = (scopes: LineScopes) => readyLines("k3y", "https://files.example.org/v1", scopes);

test("a key that can list files gets commands for every tool, each with the server's URL", () => {
  const lines = linesOf({ files: "read", uploads: "none" });
  assert.deepEqual(
    lines.map(({ tool }) => tool),
    ["curl", "Python", "rclone.conf", "rclone", "consigne", "JavaScript"],
  );
  for (const { tool, text } of lines)
    if (tool !== "rclone.conf") assert.ok(text.includes("https://files.example.org"), tool);
});

test("our own tools get the server's URL as the guides write it, and a path of a proxy with it", () => {
  const urlsAt = (apiUrl: string) =>
    readyLines("k3y", apiUrl, { files: "read" }).flatMap(({ tool, text }) =>
      tool === "consigne" || tool === "JavaScript" ? [/(?:CONSIGNE_URL=|url: ")([^ "]+)/.exec(text)?.[1]] : [],
    );
  const url = "https://files.example.org";
  assert.deepEqual(urlsAt(`${url}/v1`), [url, url]);
  assert.deepEqual(urlsAt(`${url}/store`), [`${url}/store`, `${url}/store`]);
});

test("the rclone command uses the remote defined for rclone.conf", () => {
  const textOf = (tool: string) => linesOf({ files: "read" }).find((line) => line.tool === tool)?.text ?? "";
  assert.match(textOf("rclone.conf"), /^\[my1fichier\]$/m);
  assert.match(textOf("rclone"), /consigne run -- rclone lsf my1fichier:$/);
});

test("a key for rclone gets the lines for rclone first, and those of other tools as well", () => {
  const lines = readyLines("k3y", "https://files.example.org/v1", { files: "write", uploads: "write" }, "rclone");
  assert.deepEqual(
    lines.map(({ tool }) => tool),
    ["rclone.conf", "rclone", "curl", "Python", "consigne", "JavaScript"],
  );
});

test("an upload-only key gets commands that upload, and none that list", () => {
  const lines = linesOf({ account: "none", files: "none", uploads: "write" });
  assert.deepEqual(
    lines.map(({ tool }) => tool),
    ["curl", "Python", "JavaScript"],
  );
  for (const { text } of lines.slice(0, 2)) assert.ok(text.includes("https://files.example.org/upload.cgi"), text);
});

test("other keys get only commands that will not be refused", () => {
  assert.deepEqual(toolsOf({ account: "read" }), ["curl", "Python", "JavaScript"]);
  assert.ok(linesOf({ account: "read" })[0]?.text.includes("/v1/user/info.cgi"));
  assert.deepEqual(toolsOf({}), ["JavaScript"]);
});
