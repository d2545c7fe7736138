import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Library {
  name: string;
  version: string;
  license: string;
  folder: string;
}

/**
 * The licenses of libraries that became part of a bundle, as these ask of whoever hands on a copy.
 * @param files of those libraries, by their whole paths
 * @throws {Error} a library comes without any text or name of a license
 */
export function thirdPartyNotices(files: Iterable<string>): string {
  const libraries = new Map([...files].map(libraryAround).map((library) => [library.folder, library]));
  const sections = [...libraries.values()]
    .toSorted((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version))
    .map((library) => `${library.name} ${library.version} (${library.license})\n\n${licenseTextOf(library)}\n`);
  return `This package contains the following libraries.\n\n${sections.join(`\n${"-".repeat(80)}\n\n`)}`;
}

function libraryAround(file: string): Library {
  // A library may have further manifests inside that say no more than how its files are to be read.
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

/** Where a package comes without the text, its name has to do. */
function licenseTextOf({ folder, license }: Library): string {
  const name = readdirSync(folder).find((each) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(each));
  return name === undefined ? license : readFileSync(join(folder, name), "utf8").trim();
}
