import { join } from "node:path";
import type { InlineConfig } from "vite";
import { NONCE_PLACE } from "./built-folder.ts";
import { twoLanguages } from "./two-languages.ts";

const consoleFolder = join(import.meta.dirname, "..");

/** For the build and the development server alike; no file of settings that Vite would have to compile first. */
export const viteSettings: InlineConfig = {
  configFile: false,
  root: consoleFolder,
  base: "/console/",
  publicDir: false,
  logLevel: "warn",
  plugins: [twoLanguages()],
  // Elements are made by `src/looks/jsx-runtime.ts`, whose types are React's.
  oxc: { jsx: { runtime: "automatic", importSource: "#looks" } },
};

const isLibrary = (id: string) => /[\\/]node_modules[\\/]/.test(id);
/** Waits for the texts of a language, so nothing that is loaded with them may have to wait for it. */
const isBegin = (id: string) => /(?:\/src\/main\.tsx|\/index\.html)$/.test(id.replaceAll("\\", "/"));

export const buildSettings = (outDir: string): InlineConfig => ({
  ...viteSettings,
  html: { cspNonce: NONCE_PLACE },
  build: {
    outDir,
    emptyOutDir: true,
    // The policy of the page admits no data: for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: "manifest.json",
    // What is handed on contains libraries, which ask for this.
    license: { fileName: "licenses.md" },
    rolldownOptions: {
      // What every page loads stands in two files, not in one for each set of pages that share some of it: a browser asks
      // for few at a time, and one large file is compressed better than fifty small ones.
      output: {
        codeSplitting: {
          groups: [
            { name: "libraries", tags: ["$initial"], test: isLibrary },
            { name: "console", tags: ["$initial"], test: (id) => !isLibrary(id) && !isBegin(id) },
          ],
        },
      },
      // Libraries mark what may run in a browser only, which all of this does.
      onLog: (level, log, tell) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") tell(level, log);
      },
    },
  },
});
