import { createInterface } from "node:readline/promises";
import { ArgumentError } from "@consigne/core";

/** Resolves if the operator agrees at the terminal. @throws {DomainError} otherwise, and if there is no terminal */
export async function confirm(warning: string): Promise<void> {
  const answer = await ask(warning, " Continue? [y/N] ");
  if (!/^y(es)?$/i.test(answer)) throw new ArgumentError("other", "Nothing was changed.");
}

/** Like `confirm`, for what cannot be undone: the operator has to type the name of the object. */
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
