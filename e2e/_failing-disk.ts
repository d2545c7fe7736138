import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const CHECK = "/usr/sbin/e2fsck";
const SIZE_BYTES = 96 * 1024 * 1024;

/**
 * A disk whose file system turns read-only while programs have files open on it, as ext4 does when it meets an error.
 * What was written and not flushed by then is gone after the repair.
 */
export class FailingDisk implements Disposable {
  readonly path: string;
  readonly #folder: string;
  readonly #image: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#image = join(folder, "image");
    this.path = join(folder, "disk");
  }

  /** @throws if this user may not mount, or the system cannot make a file system fail */
  static make(): FailingDisk {
    const disk = new FailingDisk(mkdtempSync(join(tmpdir(), "consigne-failing-")));
    try {
      mkdirSync(disk.path);
      writeFileSync(disk.#image, "");
      truncateSync(disk.#image, SIZE_BYTES);
      run("/usr/sbin/mkfs.ext4", "-q", "-F", disk.#image);
      disk.#mount();
      return disk;
    } catch (error) {
      disk[Symbol.dispose]();
      throw error;
    }
  }

  /** See https://docs.kernel.org/admin-guide/ext4.html, `errors=remount-ro` and `trigger_fs_error`. */
  turnReadOnly(): void {
    const device = readFileSync("/proc/mounts", "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .find(([, mountPoint]) => mountPoint === this.path)?.[0];
    writeFileSync(`/sys/fs/ext4/${basename(device ?? "")}/trigger_fs_error`, "1");
  }

  /** As an operator would, with nothing open on the disk. */
  repair(): void {
    run("umount", this.path);
    // 1: errors were corrected.
    run(CHECK, "-f", "-y", this.#image);
    this.#mount();
  }

  [Symbol.dispose](): void {
    spawnSync("umount", ["-l", this.path]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #mount(): void {
    run("mount", "-o", "loop,errors=remount-ro", this.#image, this.path);
  }
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args);
  if (status === 0 || (program === CHECK && status === 1)) return;
  throw new Error(`No failing disk can be had here: ${error?.message ?? stderr.toString()}`);
}

/** Why none can be made here, in the form of node:test's `skip`. */
export function lacksFailingDisks(): string | false {
  try {
    using disk = FailingDisk.make();
    disk.turnReadOnly();
    disk.repair();
    return false;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
