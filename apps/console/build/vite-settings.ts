import { join } from "node:path";
import type { InlineConfig } from "vite";
import { NONCE_PLACE } from "./built-folder.ts";
import { twoLanguages } from "./two-languages.ts";

const consoleFolder = join(import.meta.dirname, "..");

/** Shared by the build and the development server. A Vite settings file would have to be compiled first. */
export const viteSettings: InlineConfig = {
  configFile: false,
  root: consoleFolder,
  base: "/console/",
  publicDir: false,
  logLevel: "warn",
  plugins: [twoLanguages()],
  // Elements are created by `src/looks/jsx-runtime.ts`, with React's types.
  oxc: { jsx: { runtime: "automatic", importSource: "#looks" } },
};

const isLibrary = (id: string) => /[\\/]node_modules[\\/]/.test(id);
/**
 * These modules wait for the texts of a language, so nothing loaded together with the texts may wait for these modules.
 */
const isBegin = (id: string) => /(?:\/src\/main\.tsx|\/index\.html)$/.test(id.replaceAll("\\", "/"));

export const buildSettings = (outDir: string): InlineConfig => ({
  ...viteSettings,
  html: { cspNonce: NONCE_PLACE },
  build: {
    outDir,
    emptyOutDir: true,
    // The page's policy does not allow data: URLs for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: "manifest.json",
    // The published files contain libraries whose licenses require this.
    license: { fileName: "licenses.md" },
    rolldownOptions: {
      // The code that every page loads is in two files, not in one for each group of pages that share some of it. A
      // browser loads only a few files at a time, and one large file compresses better than fifty small ones.
      output: {
        codeSplitting: {
          groups: [
            { name: "libraries", tags: ["$initial"], test: isLibrary },
            { name: "console", tags: ["$initial"], test: (id) => !isLibrary(id) && !isBegin(id) },
          ],
        },
      },
      // Libraries mark modules that only run in a browser, which applies to the whole console.
      onLog: (level, log, tell) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") tell(level, log);
      },
    },
  },
});
