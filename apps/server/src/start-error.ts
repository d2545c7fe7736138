/** The server cannot start, for a reason the operator can mend. The message is shown without a stack. */
export class StartError extends Error {
  override name = "StartError";
}
