import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { startTestServer } from "@consigne/testkit";
import { lacking } from "../_programs.ts";
import { InstalledSdk } from "./_installed-sdk.ts";

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
const bun = join(modules, "@oven/bun-linux-x64/bin/bun");
const deno = join(modules, "@deno/linux-x64-glibc/deno");

/** Their binaries only come from the registry for Linux on x64, where they must exist. */
const isTheirMachine = process.platform === "linux" && process.arch === "x64";
const without = (program: string) =>
  isTheirMachine ? lacking([program, "--version"]) : `${program} is for Linux on x64`;

const packaged = dirname(realpathSync(process.execPath));
/** A Node of the machine itself, older than the repository's own; 20 comes with Debian 13. */
const olderNode = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "node"))
  .find((path) => existsSync(path) && dirname(realpathSync(path)) !== packaged && [20, 22].includes(majorOf(path)));

function majorOf(node: string): number {
  const { stdout } = spawnSync(node, ["-p", "process.versions.node"], { encoding: "utf8" });
  return Number.parseInt(stdout, 10);
}

describe("the SDK in other runtimes", () => {
  let base: string;
  let sdk: InstalledSdk;
  before(async () => {
    base = await mkdtemp(join(tmpdir(), "consigne-runtimes-"));
    sdk = await InstalledSdk.install(base);
  });
  after(() => rm(base, { recursive: true, force: true }));

  it(
    "uploads, lists, downloads and cancels under the system's Node",
    {
      skip: olderNode === undefined && "there is no Node 20 or 22 on this machine",
    },
    async () => {
      await using server = await startTestServer();
      await sdk.proveIn(olderNode ?? "", [], server);
    },
  );

  it("uploads, lists, downloads and cancels under Bun", { skip: without(bun) }, async () => {
    await using server = await startTestServer();
    await sdk.proveIn(bun, ["--no-install"], server);
  });

  it("uploads, lists, downloads and cancels under Deno", { skip: without(deno) }, async () => {
    await using server = await startTestServer();
    await sdk.proveIn(deno, ["run", "--allow-all", "--no-remote", "--node-modules-dir=manual"], server);
  });
});
