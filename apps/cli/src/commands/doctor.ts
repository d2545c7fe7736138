import { defineCommand, jsonOption } from "../command-line/command.ts";
import { examine } from "../doctor/examination.ts";
import { exitCodeOf, type Finding } from "../doctor/findings.ts";
import { connectionOptions } from "../profiles/connection.ts";

const marks = { ok: "ok     ", warning: "note   ", failure: "FAILED " } as const;

export const doctorCommand = defineCommand({
  name: "doctor",
  description: "Check settings, network, clock, key, plan and locks, and say what is wrong.",
  options: [
    {
      flags: "--account",
      description: "always ask for plan and storage; 1fichier.com answers only once every five minutes",
    },
    ...connectionOptions,
    jsonOption("check", "state", "text"),
  ],
  examples: [{ line: "consigne doctor --profile work", purpose: "find out why a profile does not work" }],
  async handler(call) {
    const findings: Finding[] = [];
    for await (const finding of examine(call)) {
      const { check, state, text } = finding;
      findings.push(finding);
      if (call.options.json) call.output.print(JSON.stringify({ check, state, text }));
      else call.output.print(`${marks[state]}${check.padEnd(10)}${text}`);
    }
    return exitCodeOf(findings);
  },
});
