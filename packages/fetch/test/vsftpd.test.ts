import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { assertFails, fetchAll, order, testFetcher } from "./_fetching.ts";
import { lacking } from "./_lacking.ts";

const PROGRAM = "/usr/sbin/vsftpd";
const FILE = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7 + (at >> 8)) & 255));
const skip = lacking(PROGRAM, "-v");

suite("vsftpd", { skip }, () => {
  let folder: string;
  let port: number;
  let server: ChildProcess;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "consigne-vsftpd-"));
    const [root, empty, config] = ["root", "empty", "vsftpd.conf"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await mkdir(join(root, "pub"), { recursive: true });
    await mkdir(empty);
    await writeFile(join(root, "pub/a b é.bin"), FILE);
    await utimes(join(root, "pub/a b é.bin"), new Date(), new Date("2026-11-28T10:00:00Z"));
    // It refuses to serve a folder that anonymous users can write to.
    for (const path of [root, empty]) await chmod(path, 0o555);
    await chmod(folder, 0o755);
    port = await freePort();
    await writeFile(config, settings({ port, root, empty }));
    server = spawn(PROGRAM, [config], { stdio: "ignore" });
    await answering(port);
  });
  after(async () => {
    const closed = once(server, "close");
    server.kill("SIGTERM");
    await closed;
    for (const name of ["root", "empty"]) await chmod(join(folder, name), 0o755);
    await rm(folder, { recursive: true });
  });

  const at = (path: string, login = "") => `ftp://${login}127.0.0.1:${port}${path}`;

  test("sends its file completely, with size and time", async () => {
    for (const address of [at("/pub/a%20b%20%C3%A9.bin"), at("/pub/a b é.bin", "ftp:me@")]) {
      const found = await fetchAll(testFetcher(), address);
      assert.ok(Buffer.from(found.body, "latin1").equals(FILE));
      assert.equal(found.sizeBytes, FILE.length);
      assert.deepEqual(found.version, { etag: undefined, modifiedAt: "20261128100000" });
    }
  });
  test("resumes in the middle, and is complete at the end", async () => {
    const version = { etag: undefined, modifiedAt: "20261128100000" };
    for (const from of [1, 123_456, FILE.length - 1, FILE.length]) {
      const found = await fetchAll(testFetcher(), order(at("/pub/a%20b%20%C3%A9.bin"), { from, version }));
      assert.equal(found.offset, from);
      assert.ok(Buffer.from(found.body, "latin1").equals(FILE.subarray(from)), String(from));
    }
  });
  test("reports a missing file and a refused login", async () => {
    for (const path of ["/pub/none", "/pub", "/..%2F..%2Fetc/passwd"])
      await assertFails(fetchAll(testFetcher(), at(path)), "refused", path);
    await assertFails(fetchAll(testFetcher(), at("/pub/none", "somebody:wrong@")), "refused");
  });
});

const settings = ({ port, root, empty }: { port: number; root: string; empty: string }): string => `
listen=YES
listen_address=127.0.0.1
listen_port=${port}
background=NO
anonymous_enable=YES
local_enable=NO
anon_root=${root}
secure_chroot_dir=${empty}
run_as_launching_user=YES
connect_from_port_20=NO
xferlog_enable=NO
seccomp_sandbox=NO
anon_world_readable_only=NO
`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function answering(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const isThere = await once(socket, "data").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
