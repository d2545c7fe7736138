import type * as typed from "@commander-js/extra-typings";
import { Command as PlainCommand, Option as PlainOption } from "commander";

// The library of types says of the same classes what the options of a command are, so that a name that no option has does
// not compile. At run time it is not needed.
export const Command = PlainCommand as unknown as typeof typed.Command;
export type Command = typed.Command;
export const Option: typeof typed.Option = PlainOption;
/** Of whatever options. */
export type AnyCommand = typed.CommandUnknownOpts;
