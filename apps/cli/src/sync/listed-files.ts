import { fromRemoteName } from "@consigne/contract/remote-names";
import { UsageError } from "../command-line/errors.ts";
import { visible } from "../command-line/visible-text.ts";
import { PathFilter } from "./filter-rules.ts";

/** Of what another filter takes only the paths of a list; a folder of the list takes what is below it along. */
export class ListedFiles extends PathFilter {
  readonly #filter: PathFilter;
  readonly #listed: ReadonlySet<string>;
  readonly #above = new Set<string>();

  /** @throws {UsageError} a path that is not below the source */
  constructor(filter: PathFilter, paths: readonly string[]) {
    super([], { takesUnmatched: true });
    this.#filter = filter;
    this.#listed = new Set(paths.map(belowSource).flatMap((path) => [path, localSpelling(path)]));
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

  #isListed(path: string): boolean {
    return this.#listed.has(path) || this.#listed.has("") || foldersOf(path).some((each) => this.#listed.has(each));
  }
}

/** A list may come from here or from the server; paths of a tree are spelled as they are here. */
const localSpelling = (path: string): string => path.split("/").map(fromRemoteName).join("/");

/** `./a//b/` is `a/b`. */
function belowSource(path: string): string {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (path.startsWith("/") || names.includes("..")) {
    throw new UsageError(`--files-from takes paths below the source, not "${visible(path)}".`);
  }
  return names.join("/");
}

/** `a` and `a/b` of `a/b/c`. */
function foldersOf(path: string): string[] {
  const found: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) found.push(path.slice(0, end));
  return found;
}
