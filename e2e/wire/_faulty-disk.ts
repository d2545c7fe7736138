import { constants } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DiskFileSystem, nodeFileSystem, openDiskBlobStore } from "@consigne/blobs-fs";
import type { Ports } from "@consigne/core";

export type DiskStep = "open" | "write" | "sync" | "rename";

/** Bytes on a separate disk whose next steps can be made to fail. */
export class FaultyDisk implements AsyncDisposable {
  readonly directory: string;
  readonly blobs: Awaited<ReturnType<typeof openDiskBlobStore>>;
  readonly #fault: { step: DiskStep | undefined; code: string };

  private constructor(
    directory: string,
    blobs: Awaited<ReturnType<typeof openDiskBlobStore>>,
    fault: { step: DiskStep | undefined; code: string },
  ) {
    this.directory = directory;
    this.blobs = blobs;
    this.#fault = fault;
  }

  static async make(): Promise<FaultyDisk> {
    const directory = await mkdtemp(join(tmpdir(), "consigne-disk-"));
    const fault = { step: undefined, code: "" };
    const blobs = await openDiskBlobStore(join(directory, "bytes"), { fileSystem: failing(fault), packedBytes: 0 });
    return new FaultyDisk(directory, blobs, fault);
  }

  readonly replacePorts = (embedded: Ports): Ports => ({ ...embedded, blobs: this.blobs });

  /** From now on every such step fails with the operating system's error; undefined repairs the disk. */
  failAt(step: DiskStep | undefined, code = ""): void {
    this.#fault.step = step;
    this.#fault.code = code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.blobs.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

function failing(fault: { step: DiskStep | undefined; code: string }): DiskFileSystem {
  const check = (step: DiskStep) => {
    if (fault.step === step) throw Object.assign(new Error(`${fault.code}: a fault of the test`), { code: fault.code });
  };
  return {
    ...nodeFileSystem,
    rename: async (from, to) => {
      check("rename");
      return nodeFileSystem.rename(from, to);
    },
    openFile: async (path, flags, mode) => {
      if ((flags & constants.O_CREAT) !== 0) check("open");
      const file = await nodeFileSystem.openFile(path, flags, mode);
      return {
        read: (...input) => file.read(...input),
        write: async (...input) => {
          check("write");
          return file.write(...input);
        },
        sync: async () => {
          check("sync");
          return file.sync();
        },
        datasync: async () => {
          check("sync");
          return file.datasync();
        },
        stat: () => file.stat(),
        close: () => file.close(),
      };
    },
  };
}
