import { createHash } from "node:crypto";
import {
  type ImportAccess,
  type ImportListing,
  type ImportSource,
  ImportSourceError,
  type ImportSources,
  type ListedSource,
  type LocatedSource,
} from "@consigne/core";

/** A tree by references: `""` is where it starts. */
export type ScriptedTree = Record<string, { folders?: Record<string, string>; files?: readonly ListedSource[] }>;

/** A scripted source that records what it was asked. */
export class ScriptedImports implements ImportSources, ImportSource {
  tree: ScriptedTree = {};
  readonly accesses: ImportAccess[] = [];
  readonly asked: string[] = [];
  /** Only given with the address, as if listings had none. */
  readonly checksums = new Map<string, string>();
  /** Thrown by the next calls of this kind, in turn. */
  readonly failures: { list: ImportSourceError[]; address: ImportSourceError[] } = { list: [], address: [] };
  /** Thrown for a file each time. */
  readonly unavailable = new Map<string, ImportSourceError>();

  async open(access: ImportAccess): Promise<ImportSource> {
    this.accesses.push(access);
    return this;
  }

  async list(reference = ""): Promise<ImportListing> {
    this.asked.push(`list ${reference}`);
    const failure = this.failures.list.shift();
    if (failure !== undefined) throw failure;
    const found = this.tree[reference];
    if (found === undefined) throw new ImportSourceError("missing", { code: "source-says", text: "no such folder." });
    const folders = Object.entries(found.folders ?? {}).map(([name, target]) => ({ name, reference: target }));
    return { folders, files: found.files ?? [], lacking: [] };
  }

  async locate(reference: string): Promise<LocatedSource> {
    this.asked.push(`address ${reference}`);
    const failure = this.failures.address.shift() ?? this.unavailable.get(reference);
    if (failure !== undefined) throw failure;
    return { url: reference, whirlpool: this.checksums.get(reference) };
  }

  async paceMs(): Promise<number> {
    return 500;
  }
}

/** Stands for a checksum that nothing checks. */
export const otherChecksum = createHash("sha512").update("other").digest("hex");
