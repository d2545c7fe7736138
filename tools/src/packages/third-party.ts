import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Library {
  name: string;
  version: string;
  license: string;
  folder: string;
}

/**
 * The licenses of bundled libraries, which must accompany every copy.
 * @param files of those libraries, by their full paths
 * @throws {Error} if a library has neither a license text nor a license name
 */
export function thirdPartyNotices(files: Iterable<string>): string {
  const libraries = new Map([...files].map(libraryAround).map((library) => [library.folder, library]));
  const sections = [...libraries.values()]
    .toSorted((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version))
    .map((library) => `${library.name} ${library.version} (${library.license})\n\n${licenseTextOf(library)}\n`);
  return `This package contains the following libraries.\n\n${sections.join(`\n${"-".repeat(80)}\n\n`)}`;
}

function libraryAround(file: string): Library {
  // A library may contain further manifests that only say how its files are to be read.
  for (let folder = dirname(file.split("?")[0] ?? file); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, "package.json");
    if (!existsSync(path)) continue;
    const { name, version, license } = JSON.parse(readFileSync(path, "utf8")) as Partial<Library>;
    if (name === undefined || version === undefined) continue;
    if (license === undefined) throw new Error(`${name} names no license.`);
    return { name, version, license, folder };
  }
  throw new Error(`${file} is part of no package.`);
}

/** If a package has no license text, its name must be enough. */
function licenseTextOf({ folder, license }: Library): string {
  const name = readdirSync(folder).find((each) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(each));
  return name === undefined ? license : readFileSync(join(folder, name), "utf8").trim();
}
