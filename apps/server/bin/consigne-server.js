#!/usr/bin/env node
import { launch } from "@consigne/launcher";
import { fileURLToPath } from "url";

launch({
  name: "consigne-server",
  file: fileURLToPath(import.meta.url),
  main: () => import("../src/bin.ts"),
  // The C library keeps blocks of this size for good once it has given them back: those of password hashes are larger.
  variables: { MALLOC_MMAP_THRESHOLD_: "1048576" },
});
