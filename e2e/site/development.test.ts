import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromiumForPages } from "../_chromium.ts";
import { cleanVariables, lacking } from "../_programs.ts";
import { openConsole } from "./_console.ts";
import { openChromium, visitor } from "./_pages.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const WITHIN_MS = 60_000;

suite("npm run dev", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), "consigne-dev-"))));
  after(() => rm(folder, { recursive: true, force: true }));

  test("serves the console from its sources, with calls that change data", { timeout: 2 * WITHIN_MS }, async () => {
    const child = spawn(process.execPath, ["apps/console/build/dev.ts"], {
      cwd: repository,
      env: { ...cleanVariables(folder), CONSIGNE_DATA_DIR: join(folder, "data"), CONSIGNE_PORT: "0" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const { address, password } = await addressOf(child.stdout ?? Readable.from([]));
      await using browser = await openChromium();
      await using context = await visitor(
        browser,
        { language: "en", colorScheme: "light", width: 1440, runsScripts: true },
        address,
      );
      const { page, complaints } = await openConsole(context, {
        url: new URL(address).origin,
        email: "admin@localhost",
        password,
      });
      await page.getByRole("button", { name: "New folder" }).first().click();
      await page.getByRole("textbox", { name: "Name of the folder" }).fill("made here");
      await page.keyboard.press("Enter");
      await page.getByRole("row").filter({ hasText: "made here" }).waitFor();
      assert.deepEqual(complaints, []);
    } finally {
      child.kill("SIGTERM");
      await once(child, "exit", { signal: AbortSignal.timeout(WITHIN_MS) });
    }
  });
});

/** Its output during the start; read to the end, because it must not block. */
function addressOf(output: Readable): Promise<{ address: string; password: string }> {
  const lines = createInterface({ input: output });
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    let password = "";
    lines.on("line", (line) => {
      said.push(line);
      password ||= /^ *Password +(\S+)$/.exec(line)?.[1] ?? "";
      const address = /^The console from its sources.*: (\S+)$/.exec(line)?.[1];
      if (address !== undefined) resolve({ address, password });
    });
    lines.on("close", () => reject(new Error(said.join("\n"))));
    setTimeout(() => reject(new Error(`no console after ${WITHIN_MS} ms\n${said.join("\n")}`)), WITHIN_MS).unref();
  });
}
