import type { OptionSpec } from "../../command-line/option.ts";
import { type LocalEncoding, LocalNames } from "../trees/local-names.ts";

export const encodingOption = {
  flags: "--encoding <auto|windows|none>",
  description:
    "replace characters that Windows does not allow in local names with look-alikes, as rclone does (auto: on Windows)",
} as const satisfies OptionSpec;

export const localNamesOf = ({ encoding }: { readonly encoding: LocalEncoding | undefined }): LocalNames =>
  new LocalNames({ encoding: encoding ?? "auto" });
