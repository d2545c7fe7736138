import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system in memory, small enough for a test to fill it. */
export class SmallDisk implements Disposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** `options` as for mount: `size=64m,nr_inodes=500`. @throws if this user may not mount */
  static mount(options: string): SmallDisk {
    const path = mkdtempSync(join(tmpdir(), "consigne-small-"));
    const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", options, "consigne-test", path]);
    if (status === 0) return new SmallDisk(path);
    rmSync(path, { recursive: true });
    throw new Error(`No small disk can be mounted here: ${stderr?.toString() ?? "there is no mount"}`);
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.path);
    return bavail * bsize;
  }

  /** Uses up everything that is left, as another program might. */
  async fill(): Promise<void> {
    await writeFile(join(this.path, "filler"), Buffer.alloc((await this.freeBytes()) + 4096, 1)).catch(() => undefined);
  }

  empty(): void {
    rmSync(join(this.path, "filler"));
  }

  /** `options` as for `mount`, for a disk that has grown. */
  remount(mode: "ro" | "rw", options?: string): void {
    const wanted = ["remount", mode, ...(options === undefined ? [] : [options])].join(",");
    const { status, stderr } = spawnSync("mount", ["-o", wanted, this.path]);
    if (status !== 0) throw new Error(stderr.toString());
  }

  [Symbol.dispose](): void {
    spawnSync("umount", ["-l", this.path]);
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Why no small disk can be made here, in the form of node:test's `skip`. */
export function lacksSmallDisks(): string | false {
  try {
    SmallDisk.mount("size=1m")[Symbol.dispose]();
    return false;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
