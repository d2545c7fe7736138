#!/usr/bin/env node
import { ensureLegacyProvider } from "@consigne/hashing/legacy-provider";

// First of all: Whirlpool is twice as fast with a provider that must be asked for when the process starts.
ensureLegacyProvider();

const { runOperatorCommand } = await import("./operator-command.ts");
process.exitCode = await runOperatorCommand(process.argv.slice(2));
