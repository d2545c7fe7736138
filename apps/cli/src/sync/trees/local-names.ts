import { nameOf, parentOf } from "./tree.ts";
import { fromWindowsName, isDeviceName, toWindowsName } from "./windows-names.ts";

export const MOST_NAME_BYTES = 255;

/**
 * `windows`: names that are impossible on Windows are written with similar characters; `auto`: only on Windows; `none`:
 * never.
 */
export type LocalEncoding = "auto" | "windows" | "none";

/** How file names are written on this machine, and which are impossible. */
export class LocalNames {
  readonly #platform: NodeJS.Platform;
  readonly #hasLookAlikes: boolean;
  /** Paths whose last name on the disk differs from the one we would write. */
  readonly #asFound = new Map<string, string>();

  constructor(options: { platform?: NodeJS.Platform; encoding?: LocalEncoding } = {}) {
    const { platform = process.platform, encoding = "auto" } = options;
    this.#platform = platform;
    this.#hasLookAlikes = encoding === "windows" || (encoding === "auto" && platform === "win32");
  }

  /** Whether a name on the disk may differ from the one it stands for. */
  get hasLookAlikes(): boolean {
    return this.#hasLookAlikes;
  }

  /** The name on the disk. */
  toDisk(name: string): string {
    return this.#hasLookAlikes ? toWindowsName(name) : name;
  }

  /** What a name on the disk stands for. */
  fromDisk(diskName: string): string {
    return this.#hasLookAlikes ? fromWindowsName(diskName) : diskName;
  }

  /** Records how a name is spelled on the disk; another program may have written it. */
  found(path: string, diskName: string): void {
    if (this.toDisk(nameOf(path)) !== diskName) this.#asFound.set(path, diskName);
  }

  /** The path of an entry on the disk, relative to the root of the tree. */
  diskPath(path: string): string {
    if (!this.#hasLookAlikes || path === "") return path;
    const name = this.#asFound.get(path) ?? this.toDisk(nameOf(path));
    const parent = parentOf(path);
    return parent === "" ? name : `${this.diskPath(parent)}/${name}`;
  }

  /** Why no local file may have this name; undefined if it may. Names from a remote are never trusted. */
  whyUnusable(name: string): string | undefined {
    return whyNoPath(name) ?? whyUnusableLocally(this.toDisk(name), this.#platform);
  }

  /** A key that is equal for names that the file system considers equal. */
  keyOf(name: string): string {
    return localNameKey(name, this.#platform);
  }
}

function whyNoPath(name: string): string | undefined {
  const isPath = name === "" || name === "." || name === ".." || /[/\0]/.test(name);
  return isPath ? "it cannot be the name of a local file" : undefined;
}

function whyUnusableLocally(name: string, platform: NodeJS.Platform): string | undefined {
  if (platform === "win32" ? name.length > MOST_NAME_BYTES : Buffer.byteLength(name) > MOST_NAME_BYTES) {
    return `it is longer than ${MOST_NAME_BYTES} ${platform === "win32" ? "characters" : "bytes"}`;
  }
  if (platform !== "win32") return undefined;
  // oxlint-disable-next-line no-control-regex -- Windows refuses them
  if (/[<>:"\\|?*\u0000-\u001f]/.test(name)) return "it contains a character that Windows does not allow";
  if (/[. ]$/.test(name)) return "Windows would drop the dot or space at its end";
  return isDeviceName(name) ? "Windows reserves this name for a device" : undefined;
}

function localNameKey(name: string, platform: NodeJS.Platform): string {
  return platform === "win32" || platform === "darwin" ? name.normalize("NFC").toLowerCase() : name;
}
