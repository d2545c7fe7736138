import { readFile, stat } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { reasonOf } from "@consigne/contract/system-reasons";
import { type Countries, plainAddress } from "@consigne/core";
import { Reader } from "mmdb-lib";
import { StartError } from "./start-error.ts";

/** Country databases have about 10 MB, city databases about 100: the whole file is held in memory. */
const MOST_BYTES = 512 * 1024 * 1024;
/** The format stores its metadata at the end of the file; only this much is searched. */
const DESCRIPTION_BYTES = 128 * 1024;
const DESCRIPTION_MARK = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
/** How often to check whether the operator has replaced the file. */
const LOOK_MS = 60_000;

interface Version {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

interface Opened {
  readonly reader: Reader<object>;
  readonly version: Version;
}

/** The file is not a valid country database. */
class CountryFileError extends Error {
  override readonly name = "CountryFileError";
}

/** Date of the data in the file. @throws {StartError} */
export async function countryFileDate(path: string): Promise<Date> {
  return (await openFirst(path)).reader.metadata.buildEpoch;
}

/**
 * The operator's country database in MaxMind's format, held in memory. A replaced file is loaded within a minute; if it
 * cannot be read, `onProblem` is called and the previous data stays.
 */
export class CountryFile implements Countries {
  readonly #path: string;
  readonly #onProblem: (problem: string) => void;
  readonly #timer: NodeJS.Timeout;
  #opened: Opened;
  /** What was checked last, readable or not, so that each problem is reported once; undefined: it was missing. */
  #seen: Version | undefined;

  private constructor(path: string, opened: Opened, onProblem: (problem: string) => void) {
    this.#path = path;
    this.#opened = opened;
    this.#seen = opened.version;
    this.#onProblem = onProblem;
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    this.#timer.unref();
  }

  /** @throws {StartError} */
  static async open(path: string, onProblem: (problem: string) => void): Promise<CountryFile> {
    return new CountryFile(path, await openFirst(path), onProblem);
  }

  countryOf(address: string): string | undefined {
    const plain = plainAddress(address);
    const { reader } = this.#opened;
    // An IPv4 database returns arbitrary results for IPv6 addresses.
    if (reader.metadata.ipVersion === 4 && isIPv6(plain)) return undefined;
    try {
      return countryIn(reader.get(plain));
    } catch {
      // An invalid address or a damaged part of the file: unknown, which no list admits.
      return undefined;
    }
  }

  /** Loads a replaced file. */
  async look(): Promise<void> {
    const version = await versionOf(this.#path).catch(() => undefined);
    if (version?.sizeBytes === this.#seen?.sizeBytes && version?.modifiedMs === this.#seen?.modifiedMs) return;
    this.#seen = version;
    try {
      this.#opened = await openFile(this.#path);
    } catch (error) {
      this.#onProblem(`${problemOf(this.#path, error)} The previous file stays in use.`);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

async function versionOf(path: string): Promise<Version> {
  const { size: sizeBytes, mtimeMs: modifiedMs } = await stat(path);
  return { sizeBytes, modifiedMs };
}

async function openFirst(path: string): Promise<Opened> {
  try {
    return await openFile(path);
  } catch (error) {
    throw new StartError(`${problemOf(path, error)} Set CONSIGNE_GEOIP_FILE to another file, or to none.`, {
      cause: error,
    });
  }
}

async function openFile(path: string): Promise<Opened> {
  const version = await versionOf(path);
  if (version.sizeBytes > MOST_BYTES)
    throw new CountryFileError(`it has more than the ${MOST_BYTES} bytes that are held in memory`);
  const bytes = await readFile(path);
  if (!bytes.subarray(-DESCRIPTION_BYTES).includes(DESCRIPTION_MARK))
    throw new CountryFileError("it is not a file in MaxMind's format (.mmdb)");
  try {
    const reader = new Reader<object>(bytes);
    reader.get("192.0.2.1");
    return { reader, version };
  } catch (error) {
    throw new CountryFileError("it is damaged", { cause: error });
  }
}

const problemOf = (path: string, error: unknown): string =>
  `The file of countries ${path} cannot be read: ${error instanceof CountryFileError ? error.message : reasonOf(error)}.`;

/** MaxMind and DB-IP use `country.iso_code`, others `country_code`, or `country` with the code. */
function countryIn(record: unknown): string | undefined {
  const { country, country_code: code } = fieldsOf(record);
  const found = [fieldsOf(country)["iso_code"], code, country].find((each) => typeof each === "string");
  return typeof found === "string" && /^[a-z]{2}$/i.test(found) ? found.toUpperCase() : undefined;
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
