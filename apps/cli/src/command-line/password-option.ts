import type { CommandCall } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { OptionSpec } from "./option.ts";
import { readSecret } from "./secret-input.ts";

/** Takes no value: others could read it in the process list. */
export const passwordOption = {
  flags: "--password-stdin",
  description: "read the link's password from standard input, or ask for it",
} as const satisfies OptionSpec;
export interface PasswordValues {
  readonly passwordStdin: boolean;
}

/** The password, if the option was given. @throws {UsageError} for an empty one */
export async function optionalSecret(call: CommandCall<PasswordValues>): Promise<string | undefined> {
  if (!call.options.passwordStdin) return undefined;
  const password = await readSecret(call, "Password: ");
  if (password === "") throw new UsageError("No password was given.");
  return password;
}
