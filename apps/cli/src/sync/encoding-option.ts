import type { OptionSpec, OptionValues } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import { type LocalEncoding, localEncodings, LocalNames } from "./local-names.ts";

export const encodingOption: OptionSpec = {
  flags: `--encoding <${localEncodings.join("|")}>`,
  description:
    "replace characters that Windows does not allow in local names with look-alikes, as rclone does (auto: on Windows)",
};

/** `--encoding`. @throws {UsageError} */
export function readLocalNames(options: OptionValues): LocalNames {
  const encoding = options.text("encoding") ?? "auto";
  if (isEncoding(encoding)) return new LocalNames({ encoding });
  throw new UsageError(`--encoding takes auto, windows or none, not "${encoding}".`);
}

const isEncoding = (text: string): text is LocalEncoding => (localEncodings as readonly string[]).includes(text);
