/** Exit codes of the command line. Commands that run another program pass on that program's code instead. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  partial: 3,
  notFound: 4,
  authentication: 5,
  floodLock: 6,
  quota: 7,
  different: 8,
  network: 9,
  conflict: 10,
  notExecutable: 126,
  commandNotFound: 127,
  interrupted: 130,
} as const;

export type ExitCodeName = keyof typeof exitCodes;

/** The meaning of each code, for `consigne help exit-codes` and the guide. */
export const exitCodeMeanings: Readonly<Record<ExitCodeName, string>> = {
  ok: "done",
  failure: "failed for another reason; the message says why",
  usage: "wrong usage or a wrong setting; nothing was done",
  partial: "some of it failed; the output says what",
  notFound: "a file, folder or link was not found",
  authentication: "the key is missing, wrong or not allowed to do this",
  floodLock: "locked out for calling too often, for longer than the command waits",
  quota: "no room left on the account, the server or the local disk",
  different: "`check` found differences",
  network: "the server cannot be reached, or the connection was lost",
  conflict: "conflict, such as a name that is taken or a folder that is not empty",
  notExecutable: "the program to run is not executable",
  commandNotFound: "the program to run was not found",
  interrupted: "stopped by Ctrl-C or a signal",
};

/** As the `code` of an error without another one, such as `not-found`. */
export function nameOfExit(code: number): string {
  const name = Object.entries(exitCodes).find(([, each]) => each === code)?.[0] ?? "failure";
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function meaningOfExit(code: number): string {
  const name = (Object.keys(exitCodes) as ExitCodeName[]).find((each) => exitCodes[each] === code) ?? "failure";
  return exitCodeMeanings[name];
}
