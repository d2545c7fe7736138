import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cleanVariables, finish, type Finished, lacking } from "./_programs.ts";

const deploy = fileURLToPath(new URL("../deploy", import.meta.url));
const PROGRAM = "/usr/local/bin/consigne-server";
/** Ten times the exposure that `systemd-analyze security` computes: 100 is a service without any restrictions. */
const MOST_EXPOSURE = 20;

suite("the systemd units", { skip: lacking(["systemd-analyze", "--version"]) }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "consigne-units-"));
    await cp(deploy, folder, { recursive: true });
    // The program need not be installed on this machine; another one stands in for it.
    for (const name of ["consigne.service", "consigne-backup.service"]) {
      const unit = await readFile(join(folder, name), "utf8");
      assert.match(unit, new RegExp(`^ExecStart=${PROGRAM} `, "m"));
      await writeFile(join(folder, name), unit.replace(PROGRAM, process.execPath));
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const analyze = (...args: string[]): Promise<Finished> =>
    finish("systemd-analyze", args, { variables: cleanVariables(folder), folder });

  for (const name of ["consigne.service", "consigne-backup.service", "consigne-backup.timer"]) {
    test(`${name} contains nothing that systemd does not know`, async () => {
      const { code, stdout, stderr } = await analyze("verify", join(folder, name));
      assert.deepEqual([code, stdout, stderr.includes(name)], [0, "", false], stderr);
    });
  }

  for (const name of ["consigne.service", "consigne-backup.service"]) {
    test(`${name} sandboxes the program`, async () => {
      const bounds = ["--offline=yes", `--threshold=${MOST_EXPOSURE}`, "--no-pager"];
      const { code, stdout, stderr } = await analyze("security", ...bounds, join(folder, name));
      assert.equal(code, 0, stdout + stderr);
    });
  }

  test("the guide's lines for a port below 1024 grant no capability that the unit's bounding set takes away", async () => {
    const guide = await readFile(fileURLToPath(new URL("../docs/network.md", import.meta.url)), "utf8");
    const [, lines = ""] = /^```ini\n(\[Service\]\n[^]*?)^```$/m.exec(guide) ?? [];
    const unit = await readFile(join(folder, "consigne.service"), "utf8");
    assert.match(unit, /^CapabilityBoundingSet=$/m);
    const granted = /^AmbientCapabilities=(.+)$/m.exec(lines)?.[1];
    assert.equal(granted, "CAP_NET_BIND_SERVICE");
    assert.equal(/^CapabilityBoundingSet=(.+)$/m.exec(lines)?.[1], granted);
    await writeFile(join(folder, "low-port.service"), `${unit}\n${lines}`);
    const { code, stderr } = await analyze("verify", join(folder, "low-port.service"));
    assert.deepEqual([code, stderr.includes("low-port.service")], [0, false], stderr);
  });
});
