import { toRemoteName } from "@consigne/contract/remote-names";
import { UsageError } from "../../command-line/errors.ts";

/** One line of a filter: includes or excludes a path. */
export interface FilterRule {
  isInclude: boolean;
  pattern: string;
}

interface CompiledRule {
  isInclude: boolean;
  /** Matches the path itself. */
  exact: RegExp;
  isFolderOnly: boolean;
}

/**
 * Which paths are included. A rule may spell names as they are here or as they are on the server. The first rule that
 * matches a path, or a folder above it, decides. Without a matching rule a path is included, unless there are
 * `--include` rules: those say what is wanted, and the rest is not.
 */
export class PathFilter {
  readonly #rules: readonly CompiledRule[];
  readonly #takesUnmatched: boolean;

  constructor(rules: readonly FilterRule[], options: { takesUnmatched: boolean; ignoresCase?: boolean }) {
    this.#rules = rules.map((rule) => compile(rule, options.ignoresCase ?? false));
    this.#takesUnmatched = options.takesUnmatched;
  }

  takesFile(path: string): boolean {
    return this.#decisionOf(path, false)?.isInclude ?? this.#takesUnmatched;
  }

  /** False if nothing below the folder can be included, so that it need not be examined. */
  entersFolder(path: string): boolean {
    const spellings = spellingsOfPath(path);
    for (const rule of this.#rules) {
      if (matchesAny(rule, spellings, true)) return rule.isInclude;
      // It may include something further down before a later rule excludes this folder.
      if (rule.isInclude) return true;
    }
    return true;
  }

  /** Whether an empty folder is worth making on the other side. */
  takesFolder(path: string): boolean {
    return this.#decisionOf(path, true)?.isInclude ?? this.#takesUnmatched;
  }

  /** Paths that were requested by name and do not exist. `isKnown` tells whether one was seen, or may exist unseen. */
  unfound(_isKnown: (path: string) => boolean): string[] {
    return [];
  }

  #decisionOf(path: string, isFolder: boolean): CompiledRule | undefined {
    if (this.#rules.length === 0) return undefined;
    const spellings = spellingsOfPath(path);
    return this.#rules.find((rule) => matchesAny(rule, spellings, isFolder));
  }
}

export const takesEverything = new PathFilter([], { takesUnmatched: true });

/**
 * The filter of a command line. Order: lines of the filter files, then excludes, then includes.
 * @throws {UsageError} for an invalid pattern or line
 */
export function filterOf(given: {
  includes: readonly string[];
  excludes: readonly string[];
  filterLines: readonly string[];
  ignoresCase?: boolean;
}): PathFilter {
  const rules = [
    ...given.filterLines.flatMap(ruleOfLine),
    ...given.excludes.map((pattern) => ({ isInclude: false, pattern })),
    ...given.includes.map((pattern) => ({ isInclude: true, pattern })),
  ];
  return new PathFilter(rules, {
    takesUnmatched: given.includes.length === 0,
    ignoresCase: given.ignoresCase ?? false,
  });
}

function ruleOfLine(line: string): FilterRule[] {
  const text = line.trim();
  if (text === "" || text.startsWith("#") || text.startsWith(";")) return [];
  const [, sign, pattern] = /^([+-])\s+(.+)$/.exec(text) ?? [];
  if (pattern === undefined) {
    throw new UsageError(`A filter line is "+ " or "- " followed by a pattern: ${text}`);
  }
  return [{ isInclude: sign === "+", pattern }];
}

function spellingsOfPath(path: string): readonly string[] {
  const remote = path.split("/").map(toRemoteName).join("/");
  return remote === path ? [path] : [path, remote];
}

function matchesAny(rule: CompiledRule, spellings: readonly string[], isFolder: boolean): boolean {
  return spellings.some((path) => matches(rule, path, isFolder));
}

function matches(rule: CompiledRule, path: string, isFolder: boolean): boolean {
  if ((isFolder || !rule.isFolderOnly) && rule.exact.test(path)) return true;
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    if (rule.exact.test(path.slice(0, end))) return true;
  }
  return false;
}

function compile(rule: FilterRule, ignoresCase: boolean): CompiledRule {
  const isFolderOnly = rule.pattern.endsWith("/");
  const isAnchored = rule.pattern.startsWith("/");
  const body = rule.pattern.slice(isAnchored ? 1 : 0, isFolderOnly ? -1 : undefined);
  if (body === "") throw new UsageError(`The pattern "${rule.pattern}" is empty.`);
  const source = new PatternReader(body, rule.pattern).read();
  const exact = new RegExp(`^${isAnchored ? "" : "(?:.*/)?"}${source}$`, ignoresCase ? "isu" : "su");
  return { isInclude: rule.isInclude, exact, isFolderOnly };
}

/** Translates a glob into a regular expression. */
class PatternReader {
  readonly #text: string;
  readonly #whole: string;
  #at = 0;

  constructor(text: string, whole: string) {
    this.#text = text;
    this.#whole = whole;
  }

  read(): string {
    const source = this.#readUntil("");
    if (this.#at < this.#text.length) this.#fail("a } without its {");
    return source;
  }

  #readUntil(stops: string): string {
    let source = "";
    while (this.#at < this.#text.length && !stops.includes(this.#text.charAt(this.#at))) {
      if (stops === "" && this.#text.charAt(this.#at) === "}") return source;
      source += this.#readOne();
    }
    return source;
  }

  #readOne(): string {
    const rest = this.#text.slice(this.#at);
    const take = (length: number, source: string) => {
      this.#at += length;
      return source;
    };
    // `a/**/b` also matches `a/b`.
    if (rest.startsWith("**/") && (this.#at === 0 || this.#text[this.#at - 1] === "/")) return take(3, "(?:.*/)?");
    if (rest.startsWith("**")) return take(2, ".*");
    const char = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    if (char === "*") return take(1, "[^/]*");
    if (char === "?") return take(1, "[^/]");
    if (char === "[") return this.#readClass();
    if (char === "{") return this.#readAlternatives();
    if (char !== "\\") return take(char.length, literal(char));
    const escaped = rest.codePointAt(1);
    if (escaped === undefined) return this.#fail("a \\ with nothing after it");
    const text = String.fromCodePoint(escaped);
    return take(1 + text.length, literal(text));
  }

  #readClass(): string {
    const found = /^\[([!^]?)(\]?[^\]]*)\]/u.exec(this.#text.slice(this.#at));
    const [all = "", negation = "", members = ""] = found ?? this.#fail("a [ without its ]");
    this.#at += all.length;
    if (members === "") this.#fail("an empty []");
    const escaped = members.replace(/[\\\][^&~]/g, "\\$&");
    const source = `[${negation === "" ? "" : "^/"}${escaped}]`;
    return isPattern(source) ? source : this.#fail(`a range that runs backwards in ${all}`);
  }

  #readAlternatives(): string {
    this.#at += 1;
    const choices: string[] = [];
    for (;;) {
      choices.push(this.#readUntil(",}"));
      const stop = this.#text[this.#at];
      if (stop === undefined) return this.#fail("a { without its }");
      this.#at += 1;
      if (stop === "}") return `(?:${choices.join("|")})`;
    }
  }

  #fail(what: string): never {
    throw new UsageError(`The pattern "${this.#whole}" contains ${what}.`);
  }
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, "u").source !== "";
  } catch {
    return false;
  }
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}
