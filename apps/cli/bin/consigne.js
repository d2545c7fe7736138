#!/usr/bin/env node
import { launch } from "@consigne/launcher";
import { dirname } from "path";
import { fileURLToPath } from "url";

const file = fileURLToPath(import.meta.url);

launch({ name: "consigne", file, main });

async function main() {
  const { startProgram } = await import("@consigne/launcher/joined");
  await startProgram({ name: "consigne", folder: dirname(dirname(file)) });
}
