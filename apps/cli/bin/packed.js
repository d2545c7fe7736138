#!/usr/bin/env node
// `bin/consigne.js` of the published package: the program is joined there, and no source is newer.
import { keepCompiledCode, launch } from "@consigne/launcher";
import { fileURLToPath } from "url";

launch({ name: "consigne", file: fileURLToPath(import.meta.url), main });

function main() {
  keepCompiledCode();
  return import("../src/bin.ts");
}
