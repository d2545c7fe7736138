export { NotReadyError } from "./edge-settings.ts";
export type {
  AskedHost,
  ConsoleAsset,
  ConsoleFiles,
  ConsolePage,
  ContentEncoding,
  EdgeLogger,
  EdgeSettings,
  RequestLine,
} from "./edge-settings.ts";
export { createHttpServer } from "./http-server.ts";
export type { EdgeBounds } from "./bounds/edge-bounds.ts";
