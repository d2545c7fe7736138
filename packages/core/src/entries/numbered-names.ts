const NUMBERED = /^(.*) \((\d{1,6})\)$/s;

interface NameParts {
  stem: string;
  /** Includes the dot; empty for folders and for names without an extension. */
  ending: string;
}

/** The nth name for an entry kept beside others of the same name: `a.txt`, `a (2).txt`, `a (3).txt`. */
export function nameBeside(name: string, number: number, kind: "file" | "folder"): string {
  const { stem, ending } = partsOf(name, kind);
  return `${stem} (${number})${ending}`;
}

/** True if `name` is a numbered variant of `wanted`. */
export function isBeside(name: string, wanted: string, kind: "file" | "folder"): boolean {
  const [given, asked] = [partsOf(name, kind), partsOf(wanted, kind)];
  return given.ending === asked.ending && NUMBERED.exec(given.stem)?.[1] === asked.stem;
}

function partsOf(name: string, kind: "file" | "folder"): NameParts {
  const point = kind === "file" ? name.lastIndexOf(".") : -1;
  return point > 0 ? { stem: name.slice(0, point), ending: name.slice(point) } : { stem: name, ending: "" };
}
