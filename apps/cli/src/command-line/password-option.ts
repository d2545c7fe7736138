import type { CommandCall, OptionSpec } from "./command.ts";
import { UsageError } from "./errors.ts";
import { readSecret } from "./secret-input.ts";

/** No value: others could read it in the list of processes. */
export const passwordOption: OptionSpec = {
  flags: "--password-stdin",
  description: "read the link's password from standard input, or ask for it",
};

/** The password, where it was said that there is one. @throws {UsageError} for an empty one */
export async function optionalSecret(call: CommandCall, prompt = "Password: "): Promise<string | undefined> {
  if (!call.options.isSet("passwordStdin")) return undefined;
  const password = await readSecret(call, prompt);
  if (password === "") throw new UsageError("No password was given.");
  return password;
}
