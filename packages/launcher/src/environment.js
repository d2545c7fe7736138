/** Set for a program that the launcher has started. */
const LAUNCHED = "CONSIGNE_LAUNCHED";

/** The variables for a program that is started here: `usual` ones, those of this process, and the mark. */
export function environmentOfLaunched(usual) {
  const variables = Object.assign({}, usual, process.env);
  variables[LAUNCHED] = "1";
  return variables;
}

/** Whether the launcher started this process. Takes the mark away, so that what it starts in turn has none. */
export function takeLaunchMark() {
  const isLaunched = process.env[LAUNCHED] !== undefined;
  delete process.env[LAUNCHED];
  return isLaunched;
}
