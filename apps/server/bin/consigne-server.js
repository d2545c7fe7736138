#!/usr/bin/env node
// Plain JavaScript on purpose: an older Node must be able to read this file to be told that it is too old.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    "consigne-server: Node.js 24.15 or newer is needed, this is " +
      process.versions.node +
      ". In the repository, npx finds the right one: npx consigne-server.\n",
  );
  process.exitCode = 1;
} else {
  void import("../src/bin.ts");
}
