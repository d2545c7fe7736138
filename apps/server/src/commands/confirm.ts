import { createInterface } from "node:readline/promises";
import { DomainError } from "@consigne/core";

/** Resolves when a person agrees at the terminal. @throws {DomainError} otherwise, and where nobody can be asked */
export async function confirm(warning: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new DomainError("bad-argument", `${warning} Not a terminal; pass --yes to confirm.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${warning} Go on? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new DomainError("bad-argument", "Nothing was changed.");
  } finally {
    terminal.close();
  }
}
