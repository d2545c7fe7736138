import assert from "node:assert/strict";
import { isAbsolute } from "node:path";
import { it } from "node:test";
import { readEnvironment } from "./environment.ts";

it("an empty or relative HOME does not make it read settings from the working folder", () => {
  for (const HOME of ["", "me", "./me"]) {
    const { configFolder, cacheFolder, paceFolder } = readEnvironment({ HOME, XDG_CACHE_HOME: HOME });
    for (const folder of [configFolder, cacheFolder, paceFolder]) assert.ok(isAbsolute(folder), `${HOME}: ${folder}`);
  }
  assert.match(readEnvironment({ HOME: "/home/me" }).configFolder, /^\/home\/me\/.config/);
});

it("suggests the command that works here: with npx if started by npx", () => {
  const npx = { npm_command: "exec", npm_lifecycle_script: "consigne" };
  assert.equal(readEnvironment({ ...npx }).programCall, "npx --no-install consigne");
  assert.equal(
    readEnvironment({ ...npx, npm_lifecycle_script: '"consigne" "ls"' }).programCall,
    "npx --no-install consigne",
  );
  assert.equal(readEnvironment({ ...npx, npm_lifecycle_script: "vitest" }).programCall, "consigne");
  assert.equal(readEnvironment({ npm_command: "test", npm_lifecycle_script: "consigne" }).programCall, "consigne");
  assert.equal(readEnvironment({}).programCall, "consigne");
});
