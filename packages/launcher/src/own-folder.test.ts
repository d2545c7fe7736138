import assert from "node:assert/strict";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { compiledFolder } from "@consigne/launcher/joined";

const windows = process.platform === "win32" ? "Windows has no such modes" : false;
const others = process.getuid?.() === 0 ? false : "only root makes folders of somebody else";

function homeOf(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), "consigne-own-"));
  const before = process.env["CONSIGNE_CACHE_DIR"];
  process.env["CONSIGNE_CACHE_DIR"] = join(home, "cache");
  t.after(() => {
    if (before === undefined) delete process.env["CONSIGNE_CACHE_DIR"];
    else process.env["CONSIGNE_CACHE_DIR"] = before;
    rmSync(home, { recursive: true });
  });
  return home;
}

test("compiled code is kept in a private folder", { skip: windows }, (t) => {
  const compiled = join(homeOf(t), "cache/compiled");
  assert.equal(compiledFolder(), compiled);
  assert.equal(statSync(compiled).mode & 0o777, 0o700);
  assert.equal(compiledFolder(), compiled, "and is found again");
});

test("no compiled code is read from a folder that other users can write", { skip: windows }, (t) => {
  const home = homeOf(t);
  const compiled = join(home, "cache/compiled");
  mkdirSync(compiled, { recursive: true });
  for (const [path, mode] of [
    [compiled, 0o777],
    [compiled, 0o1777],
    [compiled, 0o770],
    [join(home, "cache"), 0o777],
    [home, 0o777],
  ] as const) {
    const before = statSync(path).mode;
    chmodSync(path, mode);
    assert.equal(compiledFolder(), undefined, `${path} ${mode.toString(8)}`);
    chmodSync(path, before);
  }
  chmodSync(home, 0o1777);
  assert.equal(compiledFolder(), compiled, "nobody can replace it, as in /tmp");
});

test("no compiled code is read from somebody else's cache, and nothing is created there", { skip: others }, (t) => {
  const home = homeOf(t);
  const compiled = join(home, "cache/compiled");
  mkdirSync(compiled, { recursive: true });
  chownSync(compiled, 12_345, 12_345);
  assert.equal(compiledFolder(), undefined);
  rmSync(join(home, "cache"), { recursive: true });
  chownSync(home, 12_345, 12_345);
  assert.equal(compiledFolder(), undefined);
  assert.ok(!existsSync(join(home, "cache")));
});

test("an empty or relative HOME does not make it read compiled code from the working folder", (t) => {
  homeOf(t);
  delete process.env["CONSIGNE_CACHE_DIR"];
  for (const name of ["HOME", "USERPROFILE", "XDG_CACHE_HOME"]) {
    const before = process.env[name];
    t.after(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
    delete process.env[name];
  }
  for (const named of ["", "me"]) {
    process.env["HOME"] = process.env["USERPROFILE"] = named;
    assert.equal(compiledFolder(), undefined, named);
  }
});

test("reports an error where the system allows no new folder", { skip: !existsSync("/proc/self") }, (t) => {
  homeOf(t);
  process.env["CONSIGNE_CACHE_DIR"] = "/proc/no-such";
  assert.equal(compiledFolder(), undefined);
});
