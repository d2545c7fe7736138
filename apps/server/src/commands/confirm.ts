import { createInterface } from "node:readline/promises";
import { ArgumentError } from "@consigne/core";

/** Resolves when a person agrees at the terminal. @throws {DomainError} otherwise, and where nobody can be asked */
export async function confirm(warning: string): Promise<void> {
  const answer = await ask(warning, " Continue? [y/N] ");
  if (!/^y(es)?$/i.test(answer)) throw new ArgumentError("other", "Nothing was changed.");
}

/** As above, for what cannot be undone: the person has to write the name of what is meant. */
export async function confirmByName(warning: string, name: string): Promise<void> {
  const answer = await ask(warning, `\nType ${name} to confirm: `);
  if (answer.toLowerCase() !== name.toLowerCase()) {
    throw new ArgumentError("other", `That is not ${name}. Nothing was changed.`);
  }
}

async function ask(warning: string, question: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new ArgumentError("other", `${warning} Not a terminal; pass --yes to confirm.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${warning}${question}`)).trim();
  } finally {
    terminal.close();
  }
}
