import { stat } from "node:fs/promises";
import { join } from "node:path";
import { attentionEnglish, type MailPlace, type ScrubPass, type ServerStatus } from "@consigne/core";
import type { Command } from "./typed-commander.ts";
import type { Config } from "../config.ts";
import { silentDownloadOrigin } from "../download-origin-check.ts";
import { programCall, readEnvironment } from "../env.ts";
import { unreachableAdministrator } from "../first-start.ts";
import { type CommandOutput, counted, type ExitCode, print, sizeText, tableLines } from "../operator-output.ts";
import { runsHere } from "../running-process.ts";
import { StartError } from "../start-error.ts";
import { programVersion } from "../version.ts";
import { withServices } from "./with-services.ts";

const ERRORS_SHOWN = 3;

interface Shown extends Omit<ServerStatus, "jobs" | "attention"> {
  /** Sentences. */
  attention: string[];
  version: string;
  dataDir: string;
  databaseBytes: number;
  countries?: ShownCountries;
  /** Where mails go. */
  mail: MailPlace;
  /** Names only: values may be secrets. */
  settings: string[];
  jobs: Omit<ServerStatus["jobs"], "deadJobs"> & { deadJobs: { id: string; kind: string; lastError?: string }[] };
}

export function addStatus(program: Command, output: CommandOutput, setExitCode: (code: ExitCode) => void): void {
  program
    .command("status")
    .summary("show the state of the server and what needs attention")
    .description("show the state of the server; exit code 1 if something needs attention")
    .option("--json", "print one JSON document")
    .action(async (options) => {
      const shown = await withServices(async (services, config) => {
        const read = await services.status.read("operator", runsHere);
        const countries = await readCountries(config);
        const more = [
          // Says the address and the command too.
          await unreachableAdministrator(services, programCall()),
          await silentDownloadOrigin(config.downloadUrl),
          countries?.problem,
        ].filter((reason) => reason !== undefined);
        const known = read.attention.filter((reason) => reason !== "no-administrator-mail");
        const attention = [...known.map((reason) => attentionEnglish[reason]), ...more];
        return describe({ ...read, attention, mail: services.passwordReset.mailPlace }, { config, countries });
      });
      print(output, options.json === true, shown, statusLines(shown));
      setExitCode(shown.attention.length === 0 ? 0 : 1);
    });
}

/** The country database; undefined if none is configured. */
interface ShownCountries {
  file: string;
  /** Date of its data. */
  builtAt?: string;
  problem?: string;
}

async function readCountries({ geoipFile: file }: Config): Promise<ShownCountries | undefined> {
  if (file === undefined) return undefined;
  const { countryFileDate } = await import("../country-file.ts");
  try {
    return { file, builtAt: timeText((await countryFileDate(file)).getTime()) };
  } catch (error) {
    if (error instanceof StartError) return { file, problem: error.message };
    throw error;
  }
}

async function describe(
  { jobs, ...status }: Omit<ServerStatus, "attention"> & Pick<Shown, "attention" | "mail">,
  { config: { dataDir }, countries }: { config: Config; countries: ShownCountries | undefined },
): Promise<Shown> {
  const sizes = ["consigne.sqlite", "consigne.sqlite-wal"].map(async (name) => {
    const found = await stat(join(dataDir, name)).catch(() => undefined);
    return found?.size ?? 0;
  });
  const deadJobs = jobs.deadJobs.map(({ id, kind, lastError }) => ({
    id,
    kind,
    ...(lastError === undefined ? {} : { lastError }),
  }));
  return {
    version: programVersion(),
    dataDir,
    ...(countries === undefined ? {} : { countries }),
    settings: Object.keys(readEnvironment().values).toSorted(),
    databaseBytes: (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
    ...status,
    jobs: { ...jobs, deadJobs },
  };
}

function statusLines(shown: Shown): string[] {
  const { attention, jobs, locks, server } = shown;
  const errors = (server?.errors ?? []).slice(0, ERRORS_SHOWN);
  const uploads = counted(server?.uploads ?? 0, "upload");
  const rows = [
    ["Server", serverText(shown)],
    ["Settings", shown.settings.length === 0 ? "none set" : shown.settings.join(", ")],
    ["Data", shown.dataDir],
    ["Space", spaceText(shown)],
    ...(shown.countries === undefined ? [] : [["Countries", countriesText(shown.countries)]]),
    ["Mail", mailText(shown.mail)],
    ["Stored", storedText(shown)],
    ["Today", todayText(shown)],
    ["In progress", server?.isRunning === true ? `${uploads}, ${counted(server.downloads ?? 0, "download")}` : "-"],
    ["Jobs", `${jobs.waiting} waiting, ${jobs.running} running, ${jobs.dead} dead`],
    ...jobs.deadJobs.map(({ id, kind, lastError = "" }) => ["", `dead: ${kind} ${id} ${lastError}`]),
    [
      "Locks",
      `${counted(locks.locks, "lock")}, ${counted(locks.bans, "ban")}, ${counted(shown.blockedContents, "content block")}`,
    ],
    ["Scrub", scrubText(shown)],
    ["Collection", collectionText(shown)],
    ...errors.map(({ at, text }, index) => [index === 0 ? "Errors" : "", `${timeText(at)}  ${text}`]),
  ];
  const verdict =
    attention.length === 0 ? ["All is well."] : ["Needs attention:", ...attention.map((why) => `- ${why}`)];
  return [...tableLines(rows), "", ...verdict];
}

function serverText({ server, version }: Shown): string {
  if (server === undefined) return `version ${version}; no run is recorded`;
  const { startedAt = 0, stoppedAt, url = "" } = server;
  if (server.isRunning) return `version ${server.version ?? version} at ${url}, running since ${timeText(startedAt)}`;
  if (stoppedAt !== undefined) return `version ${version}, stopped ${timeText(stoppedAt)}`;
  return `version ${version}, last seen ${timeText(server.heardAt)}`;
}

function spaceText({ space, databaseBytes }: Shown): string {
  const database = `the database takes ${sizeText(databaseBytes)}`;
  if (space === undefined) return `unknown; ${database}`;
  const { freeBytes = 0, totalBytes = 0, reserveBytes } = space;
  return `${sizeText(freeBytes)} free of ${sizeText(totalBytes)}, ${sizeText(reserveBytes)} reserved; ${database}`;
}

const countriesText = ({ file, builtAt }: ShownCountries): string =>
  builtAt === undefined ? `${file} cannot be read` : `${file}, built ${builtAt}`;

const mailText = (mail: MailPlace): string =>
  mail.kind === "server" ? `sent through ${mail.host}` : `no mail server is set; e-mails are written to ${mail.path}`;

function storedText({ days }: Shown): string {
  const latest = days.find(({ holdings }) => holdings !== undefined);
  if (latest?.holdings === undefined) return "not counted yet";
  const { accounts, files, fileBytes, trashBytes = 0, versionBytes = 0, storedBytes } = latest.holdings;
  const trash = trashBytes === 0 ? "" : `, ${sizeText(trashBytes)} in the trash`;
  const versions = versionBytes === 0 ? "" : `, ${sizeText(versionBytes)} in older versions`;
  const beside = `${trash}${versions}`;
  const held = `${counted(files, "file")} with ${sizeText(fileBytes)} in ${counted(accounts, "account")}${beside}`;
  const countedAt = latest.heldAt === undefined ? latest.day : timeText(latest.heldAt);
  return `${held}, ${sizeText(storedBytes)} on the disk (counted at least once a day, last at ${countedAt})`;
}

function todayText({ days: [today] }: Shown): string {
  if (today === undefined) return "-";
  const { uploads, uploadedBytes, downloads, downloadedBytes, day } = today;
  return `${counted(uploads, "upload")} (${sizeText(uploadedBytes)}), ${counted(downloads, "download")} (${sizeText(downloadedBytes)}) since midnight UTC, ${day}`;
}

function scrubText({ scrub: { isOn, pass, last } }: Shown): string {
  const lines = [
    ...(pass === undefined ? [] : [`${progressText(pass)} read, ${pass.damaged} damaged`]),
    ...(last?.endedAt === undefined
      ? []
      : [`last pass ended ${timeText(last.endedAt)}: ${counted(last.contents, "blob")}, ${last.damaged} damaged`]),
  ];
  if (!isOn) lines.unshift("off");
  return lines.length === 0 ? "not started yet" : lines.join("; ");
}

const progressText = ({ bytes, totalBytes }: ScrubPass): string =>
  `${sizeText(bytes)} of ${sizeText(Math.max(bytes, totalBytes))}`;

function collectionText({ collection }: Shown): string {
  if (collection === undefined) return "not run yet";
  const { removedContents = 0, removedBytes = 0, isStopped = false, at } = collection;
  const what = isStopped
    ? "stopped, nothing removed"
    : `${counted(removedContents, "blob")} removed (${sizeText(removedBytes)})`;
  return `${timeText(at)}: ${what}`;
}

/** Times in the format of the other commands. */
const timeText = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
