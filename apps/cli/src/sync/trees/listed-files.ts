import { fromRemoteName } from "@consigne/contract/remote-names";
import { UsageError } from "../../command-line/errors.ts";
import { visible } from "../../command-line/visible-text.ts";
import { findRemotePath, type RemotePath } from "../../remote/remote-path.ts";
import { PathFilter } from "./filter-rules.ts";

/** Restricts another filter to the paths in a list; a listed folder includes everything below it. */
export class ListedFiles extends PathFilter {
  readonly #filter: PathFilter;
  /** All spellings of each path, with the paths as listed. */
  readonly #spellings: ReadonlyMap<string, readonly string[]>;
  readonly #listed: ReadonlySet<string>;
  readonly #above = new Set<string>();

  /** @throws {UsageError} for a path that is not below the source */
  constructor(filter: PathFilter, paths: readonly string[]) {
    super([], { takesUnmatched: true });
    this.#filter = filter;
    this.#spellings = new Map(paths.map(belowSource).map((path) => [path, [path, localSpelling(path)]]));
    this.#listed = new Set([...this.#spellings.values()].flat());
    for (const path of this.#listed) for (const folder of foldersOf(path)) this.#above.add(folder);
  }

  override takesFile(path: string): boolean {
    return this.#isListed(path) && this.#filter.takesFile(path);
  }

  override entersFolder(path: string): boolean {
    return (this.#above.has(path) || this.#isListed(path)) && this.#filter.entersFolder(path);
  }

  override takesFolder(path: string): boolean {
    return this.#isListed(path) && this.#filter.takesFolder(path);
  }

  override unfound(isKnown: (path: string) => boolean): string[] {
    return [...this.#spellings].filter(([, spellings]) => !spellings.some(isKnown)).map(([path]) => path);
  }

  #isListed(path: string): boolean {
    return this.#listed.has(path) || this.#listed.has("") || foldersOf(path).some((each) => this.#listed.has(each));
  }
}

/** A list may come from here or from the server; paths of a tree are spelled as they are here. */
const localSpelling = (path: string): string => path.split("/").map(fromRemoteName).join("/");

/** A list may come from `find`: a remote path is converted to one relative to the remote side. */
export function belowRemote(paths: readonly string[], root: RemotePath): string[] {
  const above = root.segments.map(fromRemoteName);
  return paths.map((text) => {
    const path = findRemotePath(text);
    const isBelow = above.every((name, index) => fromRemoteName(path?.segments[index] ?? "") === name);
    if (path?.profile !== root.profile || path?.owner !== root.owner || path === undefined || !isBelow) return text;
    return path.segments.slice(above.length).join("/");
  });
}

/** `./a//b/` becomes `a/b`. */
function belowSource(path: string): string {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (path.startsWith("/") || path.startsWith(":/") || names.includes("..")) {
    throw new UsageError(`--files-from takes paths below the source, not "${visible(path)}".`);
  }
  return names.join("/");
}

/** `a` and `a/b` for `a/b/c`. */
function foldersOf(path: string): string[] {
  const found: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) found.push(path.slice(0, end));
  return found;
}
