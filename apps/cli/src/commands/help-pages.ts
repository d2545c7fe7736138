import { defineCommand, jsonOption } from "../command-line/command.ts";
import { exitCodeMeanings, exitCodes } from "../command-line/exit-codes.ts";

export const exitCodesCommand = defineCommand({
  name: "exit-codes",
  description: "List the exit codes and what they mean.",
  options: [jsonOption("code", "name", "meaning")],
  async handler({ options, output }) {
    for (const [name, code] of Object.entries(exitCodes)) {
      const meaning = exitCodeMeanings[name as keyof typeof exitCodes];
      if (options.json) output.print(JSON.stringify({ code, name, meaning }));
      else output.print(`${String(code).padStart(3)}  ${meaning}`);
    }
  },
});
