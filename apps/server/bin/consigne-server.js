#!/usr/bin/env node
import { launch, shareCompiledCode } from "@consigne/launcher";
import { fileURLToPath } from "url";

launch({
  name: "consigne-server",
  file: fileURLToPath(import.meta.url),
  main,
  // The C library keeps blocks of this size for good once it has given them back: those of password hashes are larger.
  variables: { MALLOC_MMAP_THRESHOLD_: "1048576" },
});

/** Its threads would each hold the compiler for TypeScript, some 15 MiB. */
function main() {
  shareCompiledCode();
  return import("../src/bin.ts");
}
