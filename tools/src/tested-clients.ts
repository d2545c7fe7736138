/** Third-party programs that the suites test Consigne with, and where. */
export interface TestedClient {
  name: string;
  /**
   * `program`: the suites run the program itself. `calls`: they make the same calls and read answers in the same way.
   */
  by: "program" | "calls";
  /** How to ask for its version, with a group for the version. Missing if no program runs. */
  version?: { command: readonly [string, ...string[]]; pattern: RegExp };
  suites: readonly TestedSuite[];
}

interface TestedSuite {
  file: string;
  /** Which of the file's tests. All by default. */
  only?: RegExp;
  /** Replaces titles that are generated while the tests run. `holds` must then appear in the file, or in `from`. */
  says?: string;
  holds?: string;
  from?: string;
}

const SEQUENCES = "e2e/wire/client-sequences.test.ts";
const PATTERNS = "e2e/wire/client-patterns.test.ts";
const CHECK_LINKS = "e2e/wire/check-links.test.ts";
const RUN = "apps/cli/test/run-clients.test.ts";
const NAMES = "e2e/drop-in-names.test.ts";
const ENGINES = "e2e/site/engines.test.ts";
const RUNTIMES = "e2e/sdk/runtimes.test.ts";
const python = "/usr/bin/python3";

const readsPages = (client: string): TestedSuite => ({
  file: PATTERNS,
  says: "finds what it looks for in the pages",
  holds: `"${client}"`,
  from: "e2e/wire/_client-patterns.ts",
});
const versionOfPackage = (name: string): NonNullable<TestedClient["version"]> => ({
  command: ["node", "-p", `require("./node_modules/${name}/package.json").version`],
  pattern: /(\S+)/,
});
const keepsNames = (holds: string): TestedSuite => ({
  file: NAMES,
  says: "keeps file names beyond ASCII through `consigne run`",
  holds,
});
const waitsForFile = (holds: string): TestedSuite => ({
  file: "e2e/arriving-clients.test.ts",
  says: "downloads a file that is still uploading once it is complete, when told to retry",
  holds,
});
const usesConsole = (holds: string): TestedSuite => ({
  file: ENGINES,
  says: "goes through the console, from signing in to a stranger's download",
  holds,
});

export const testedClients: readonly TestedClient[] = [
  {
    name: "rclone (backend `fichier`)",
    by: "program",
    version: { command: ["rclone", "version"], pattern: /rclone v(\S+)/ },
    suites: [
      { file: "e2e/rclone-transfers.test.ts" },
      { file: "e2e/rclone-folders.test.ts" },
      { file: "e2e/rclone-moves.test.ts" },
      { file: "e2e/rclone-names.test.ts" },
      { file: "e2e/rclone-ranges.test.ts" },
      { file: "e2e/rclone-shares.test.ts" },
      { file: "e2e/rclone-times.test.ts" },
      { file: "e2e/rclone-bulk.test.ts" },
      { file: "e2e/sync-rclone.test.ts" },
      keepsNames('"rclone"'),
      waitsForFile("rclone: {"),
    ],
  },
  {
    name: "curl",
    by: "program",
    version: { command: ["curl", "--version"], pattern: /curl (\S+)/ },
    suites: [{ file: "e2e/curl.test.ts" }, { file: RUN, only: /^curl/ }, keepsNames('"curl"')],
  },
  {
    name: "Python: requests, urllib",
    by: "program",
    version: { command: [python, "-c", "import requests; print(requests.__version__)"], pattern: /(\S+)/ },
    suites: [
      {
        file: "e2e/python.test.ts",
        says: "uploads, manages and downloads files as in the public guide",
        holds: "requests",
      },
      { file: RUN, only: /Python/ },
    ],
  },
  {
    name: "wget",
    by: "program",
    version: { command: ["wget", "--version"], pattern: /Wget (\S+)/ },
    suites: [{ file: RUN, only: /^wget/ }, keepsNames('"wget"'), waitsForFile("wget: {")],
  },
  {
    name: "aria2",
    by: "program",
    version: { command: ["aria2c", "--version"], pattern: /version (\S+)/ },
    suites: [{ file: RUN, only: /^aria2/ }, keepsNames('"aria2"'), waitsForFile("aria2c: {")],
  },
  {
    name: "PHP with curl",
    by: "program",
    version: { command: ["php", "--version"], pattern: /PHP (\S+)/ },
    suites: [{ file: RUN, only: /^PHP/ }],
  },
  {
    name: "pyLoad",
    by: "program",
    version: { command: ["grep", "^pyload", "e2e/pyload/requirements.txt"], pattern: /==(\S+)/ },
    suites: [{ file: "e2e/pyload.test.ts" }, readsPages("pyLoad")],
  },
  {
    name: "tus-js-client",
    by: "program",
    version: { command: ["node", "-p", 'require("tus-js-client/package.json").version'], pattern: /(\S+)/ },
    suites: [{ file: "e2e/tus-clients.test.ts" }],
  },
  {
    name: "Uppy",
    by: "program",
    version: versionOfPackage("@uppy/tus"),
    suites: [{ file: "e2e/uppy.test.ts" }],
  },
  {
    name: "JDownloader",
    by: "calls",
    suites: [
      { file: SEQUENCES, only: /API key|through the pages|shared folder, open/ },
      { file: CHECK_LINKS, only: /JDownloader/ },
      readsPages("JDownloader"),
    ],
  },
  {
    name: "plowshare",
    by: "calls",
    suites: [
      { file: SEQUENCES, only: /^downloads with and|removes as a guest|line by line/ },
      { file: CHECK_LINKS, only: /plowshare/ },
      readsPages("plowshare"),
    ],
  },
  {
    name: "Synology Download Station",
    by: "calls",
    suites: [
      { file: SEQUENCES, only: /Synology/ },
      { file: CHECK_LINKS, only: /Synology/ },
    ],
  },
  {
    name: "Chromium",
    by: "program",
    version: { command: ["chromium", "--version"], pattern: /Chromium (\S+)/ },
    suites: [{ file: "e2e/site/console.test.ts" }, { file: "e2e/sdk/browser.test.ts" }],
  },
  {
    name: "Firefox",
    by: "program",
    version: { command: ["firefox-esr", "--version"], pattern: /Firefox (\S+)/ },
    suites: [usesConsole("Firefox")],
  },
  {
    name: "WebKit (the engine of Safari)",
    by: "program",
    version: { command: ["dpkg-query", "-W", "webkit2gtk-driver"], pattern: /(\d[\d.]+)/ },
    suites: [usesConsole("WebKit")],
  },
  {
    name: "Bun",
    by: "program",
    version: versionOfPackage("@oven/bun-linux-x64"),
    suites: [{ file: RUNTIMES, only: /Bun/ }],
  },
  {
    name: "Deno",
    by: "program",
    version: versionOfPackage("@deno/linux-x64-glibc"),
    suites: [{ file: RUNTIMES, only: /Deno/ }],
  },
];
