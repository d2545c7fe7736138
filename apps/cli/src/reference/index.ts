export { buildCliReference } from "./cli-reference.ts";
export { buildCommandFaces } from "./command-faces.ts";
