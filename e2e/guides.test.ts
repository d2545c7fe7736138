import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { suite, test } from "node:test";
import { type Guide, readGuide } from "./_guide.ts";
import { finish, lacking } from "./_programs.ts";
import { ServerProcess } from "./_server-process.ts";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const STEP = "\u0001step ";
const programs = {
  consigne: fileURLToPath(new URL("../apps/cli/bin/consigne.js", import.meta.url)),
  "consigne-server": fileURLToPath(new URL("../apps/server/bin/consigne-server.js", import.meta.url)),
};

/** The examples in the guides are run as they are, one guide after the other, each with its own server. */
suite("the examples in the guides", { concurrency: 2 }, () => {
  for (const path of globSync(["README.md", "docs/*.md", "docs/guides/*.md"], { cwd: root }).toSorted()) {
    test(`work: ${path}`, async (t) => {
      const guide = await readGuide(join(root, path));
      if (guide.steps.length === 0) return;
      const lacks = lacking(...guide.needs);
      if (lacks !== false) return t.skip(lacks);
      await using server = await ServerProcess.start(guide.settings);
      // Inside the repository, so that JavaScript finds the packages it imports.
      const folder = await mkdtemp(join(root, "e2e", ".guide-"));
      try {
        await checkGuide(guide, server, folder, path);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});

test("the unit in the nightly backup guide retries only errors that a retry can fix", async () => {
  const guide = await readFile(join(root, "docs/guides/nightly-backup.md"), "utf8");
  const final = /^RestartPreventExitStatus=(.+)$/m.exec(guide)?.[1]?.split(" ").map(Number) ?? [];
  const { stdout } = await finish(process.execPath, [programs.consigne, "help", "exit-codes", "--json=code,name"], {
    variables: {},
  });
  const passing = ["ok", "floodLock", "network", "interrupted"];
  const ofOthers = ["notExecutable", "commandNotFound"];
  for (const line of stdout.trim().split("\n")) {
    const { code, name } = JSON.parse(line) as { code: number; name: string };
    if (!ofOthers.includes(name)) assert.equal(final.includes(code), !passing.includes(name), name);
  }
  assert.match(guide, /^StartLimitBurst=\d+$/m);
});

async function checkGuide(guide: Guide, server: ServerProcess, folder: string, path: string): Promise<void> {
  const variables = {
    ...server.variables,
    PATH: `${await makePrograms(folder)}:${server.variables["PATH"] ?? ""}`,
    HOME: join(folder, "home"),
    CONSIGNE_URL: server.url,
    CONSIGNE_API_KEY: server.apiKey,
  };
  await mkdir(variables.HOME);
  const script = await scriptOf(guide, folder);
  const { code, stdout } = await finish("bash", ["-euo", "pipefail", "-c", `exec 2>&1\n${script}`], {
    variables,
    folder: variables.HOME,
  });
  const outputs = stdout.split(STEP).slice(1);
  const last = guide.steps[outputs.length - 1];
  assert.equal(code, 0, `${path}, the example at line ${last?.line}, ends with ${code}:\n${outputs.at(-1) ?? stdout}`);
  for (const [index, step] of guide.steps.entries()) {
    for (const expected of step.expects) {
      const output = outputs[index] ?? "";
      assert.ok(output.includes(expected), `${path}:${step.line} should print "${expected}", but printed:\n${output}`);
    }
  }
}

async function scriptOf(guide: Guide, folder: string): Promise<string> {
  const pieces = guide.steps.map(async ({ language, text }, index) => {
    const head = `printf '\\001step %s\\n' ${index}`;
    if (language === "sh") return `${head}\n${text}`;
    const file = join(folder, `example-${index}.mjs`);
    await writeFile(file, text);
    return `${head}\n"${process.execPath}" "${relative(join(folder, "home"), file)}"`;
  });
  return (await Promise.all(pieces)).join("\n");
}

/** The programs as called after installation; `npx` runs exactly these. */
async function makePrograms(folder: string): Promise<string> {
  const bin = join(folder, "bin");
  await mkdir(bin);
  const scripts = Object.entries(programs).map(([name, path]) => [name, `exec "${process.execPath}" "${path}" "$@"`]);
  for (const [name = "", line = ""] of [...scripts, ["npx", '[ "$1" = --no-install ] && shift; exec "$@"']]) {
    await writeFile(join(bin, name), `#!/bin/sh\n${line}\n`);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}
