import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { repositoryRoot } from "../check-stage.ts";
import { buildPackages } from "../packages/build-packages.ts";
import { buildSingleFiles, systems, type System } from "../packages/single-file.ts";
import { faultsOfTarball, type PackedPackage } from "./check-tarballs.ts";
import { reasonsAgainst, publishTarballs } from "./publish.ts";
import { runNpm } from "./run-npm.ts";

/**
 * Makes everything in a release, and with `--publish` publishes the packages to the registry. Replaces FOLDER, by
 * default `dist`, which then contains `packages` as they are built, `tarballs`, and `programs` in one file each, with
 * the checksums of both.
 */
const usage = `npm run release -- [--publish] [--systems LIST] [--console BUILT] [FOLDER]

  --publish       publish the packages, which needs a clean checkout without changes that wait for a version
  --systems LIST  programs in one file to make: any of ${systems.join(",")} (default: all; none: "")
  --console BUILT a console that is built already
`;

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      publish: { type: "boolean", default: false },
      systems: { type: "string", default: systems.join(",") },
      console: { type: "string" },
      help: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  if (values.help) return tell(usage);
  const wanted = values.systems.split(",").filter((each) => each !== "");
  const unknown = wanted.find((each) => !(systems as readonly string[]).includes(each));
  if (unknown !== undefined) return refuse([`There is no program for ${unknown}: ${systems.join(", ")}.`]);
  const reasons = values.publish ? reasonsAgainst(repositoryRoot) : [];
  if (reasons.length > 0) return refuse(["Nothing was published:", ...reasons]);

  const folder = resolve(positionals[0] ?? join(repositoryRoot, "dist"));
  if (positionals[0] === undefined) await rm(folder, { recursive: true, force: true });
  const packed = await pack(folder, values.console);
  const faults = (await Promise.all(packed.map((each) => faultsOfTarball(each)))).flat();
  if (faults.length > 0) return refuse(["The packages are not fit to be published:", ...faults]);
  const programs = join(folder, "programs");
  await mkdir(programs);
  const files = await buildSingleFiles(programs, wanted as System[]);
  const tarballs = packed.map(({ tarball }) => tarball);
  const sums = await checksums([...tarballs, ...files]);
  await writeFile(join(folder, "SHA256SUMS"), sums);
  tell(sums);
  if (!values.publish) return tell("Nothing was published; --publish does that.\n");
  await publishTarballs(tarballs, (line) => void tell(`${line}\n`));
  return 0;
}

async function pack(folder: string, consoleFolder: string | undefined): Promise<PackedPackage[]> {
  const [built, tarballs] = [join(folder, "packages"), join(folder, "tarballs")];
  await buildPackages(built, { consoleFolder });
  await mkdir(tarballs);
  const names = (await readdir(built)).toSorted();
  const stdout = await runNpm(
    ["pack", "--json", "--pack-destination", tarballs, ...names.map((name) => `./${name}`)],
    built,
  );
  const packages = JSON.parse(stdout) as { name: string; filename: string }[];
  return packages.map(({ name, filename }) => {
    const short = name.replace("@consigne/", "");
    // Older npm names the file as if the scope were a folder.
    return {
      name: short,
      folder: join(built, short),
      tarball: join(tarballs, filename.replace(/^@/, "").replace("/", "-")),
    };
  });
}

async function checksums(files: readonly string[]): Promise<string> {
  const lines = files.map(async (file) => {
    const digest = createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
    return `${digest}  ${basename(file)}\n`;
  });
  return (await Promise.all(lines)).join("");
}

function tell(text: string): number {
  process.stdout.write(text);
  return 0;
}

function refuse(lines: readonly string[]): number {
  process.stderr.write(`${lines.join("\n")}\n`);
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
