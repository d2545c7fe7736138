import type * as typed from "@commander-js/extra-typings";
import { Command as PlainCommand, Option as PlainOption } from "commander";

// The type library describes the same classes with the types of a command's options, so that a wrong option name does
// not compile. It is not needed at run time.
export const Command = PlainCommand as unknown as typeof typed.Command;
export type Command = typed.Command;
export const Option: typeof typed.Option = PlainOption;
/** With any options. */
export type AnyCommand = typed.CommandUnknownOpts;
