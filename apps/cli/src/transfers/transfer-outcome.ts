import type { CommandCall, JsonValues, QuietValues } from "../command-line/command.ts";
import { type CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { failureLine, knownFailure } from "../command-line/failures.ts";
import { visible } from "../command-line/visible-text.ts";
import type { Session } from "../sync/session/session.ts";

/** The results of the files of one command: if one of several fails, that is reported, and the others continue. */
export class TransferOutcome {
  readonly #call: CommandCall<JsonValues & QuietValues>;
  readonly #session: Session;
  readonly #failures: number[] = [];
  #done = 0;

  constructor(call: CommandCall<JsonValues & QuietValues>, session: Session) {
    this.#call = call;
    this.#session = session;
  }

  /**
   * False if it has to be tried again later.
   * @throws what the work throws if there is nothing else to do, or if the others would fail too
   */
  async attempt(
    path: string,
    options: { isOnly: boolean; isForLater?: (error: unknown) => boolean },
    work: () => Promise<void>,
  ): Promise<boolean> {
    try {
      await work();
      this.#done += 1;
    } catch (error) {
      this.#session.signal.throwIfAborted();
      if (!options.isOnly && options.isForLater?.(error) === true) return false;
      const known = knownFailure(error);
      if (known === undefined || options.isOnly || isHopeless(known)) throw error;
      this.fail(path, known);
    }
    return true;
  }

  fail(path: string, error: CliError): void {
    const { message, exitCode } = error;
    this.#failures.push(exitCode);
    if (this.#call.options.json) this.#call.output.print(failureLine({ path, message }, error));
    const shown = visible(path);
    const isNamed = message.startsWith(shown) || message.startsWith(`Cannot read ${shown}`);
    this.#session.progress.note(`consigne: ${isNamed ? message : `${shown}: ${message}`}`);
  }

  exitCode(): number {
    const [first] = this.#failures;
    const { limits, progress } = this.#session;
    if (limits.leftText !== undefined && !this.#call.options.quiet) progress.note(limits.leftText);
    if (first === undefined) return limits.leftText === undefined ? exitCodes.ok : exitCodes.partial;
    // Smaller files may have fitted; freeing space is what remains to be done.
    if (this.#failures.includes(exitCodes.quota)) return exitCodes.quota;
    return this.#done === 0 && this.#failures.length === 1 ? first : exitCodes.partial;
  }
}

/** Everything after it would fail too. */
function isHopeless(error: CliError): boolean {
  const codes: number[] = [exitCodes.floodLock, exitCodes.authentication, exitCodes.network];
  return error instanceof UsageError || codes.includes(error.exitCode);
}
