/** The server cannot start, for a reason that the operator can fix. The message is shown without a stack trace. */
export class StartError extends Error {
  override name = "StartError";
}
