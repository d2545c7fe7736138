import { openClient } from "../client/open-client.ts";
import type { CommandSpec } from "../command-line/command.ts";
import { jsonOption } from "../command-line/command.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { examine } from "../doctor/examination.ts";
import { connectionOptions } from "../profiles/connection.ts";

const marks = { ok: "ok     ", warning: "note   ", failure: "WRONG  " } as const;

export const doctorCommand: CommandSpec = {
  name: "doctor",
  description: "Say in plain words what is wrong: settings, network, clock, key, plan, lock.",
  options: [...connectionOptions, jsonOption],
  examples: [{ line: "consigne doctor --profile work", purpose: "why nothing works today" }],
  async handler(call) {
    // A doctor does not wait for a lock to end, he tells of it.
    const client = { retries: 0, timeoutMs: 15_000, pacing: { maxWaitMs: 0 } };
    using open = await openClient(call, { mayLackKey: true, client });
    let exitCode: number | undefined;
    for await (const finding of examine(open.connection, open.client, open.signal)) {
      const { check, state, text } = finding;
      exitCode ??= finding.exitCode;
      if (call.options.isSet("json")) call.output.print(JSON.stringify({ check, state, text }));
      else call.output.print(`${marks[state]}${check.padEnd(10)}${text}`);
    }
    return exitCode ?? exitCodes.ok;
  },
};
