export { createImportSources } from "./import-sources.ts";
