import { useCallback, useRef, useState } from "react";
import { failureText } from "../api/failure.ts";
import { useText } from "../texts/use-text.ts";
import { NotProvedError, useProof } from "./proof.tsx";

export interface RunningCall {
  /** Why the last call failed, in words. */
  problem: string | undefined;
  /** The error that was thrown; undefined for a problem found without a call. */
  error: unknown;
  say(problem: string | undefined): void;
  /**
   * One at a time. True if it succeeded. `shown` reloads what is displayed, as part of the call: until then the form
   * cannot be sent again, which would repeat the change.
   */
  run(work: () => Promise<unknown>, shown?: () => Promise<unknown>): Promise<boolean>;
}

/** A change requested by the user: asks for the password if necessary, and shows what went wrong. */
export function useCall(): RunningCall {
  const { text } = useText();
  const proved = useProof();
  const isRunning = useRef(false);
  const [state, setState] = useState<{ problem?: string | undefined; error?: unknown }>({});
  const say = useCallback((problem: string | undefined) => setState({ problem }), []);
  const run = useCallback(
    async (work: () => Promise<unknown>, shown?: () => Promise<unknown>) => {
      if (isRunning.current) return false;
      isRunning.current = true;
      setState({});
      try {
        await proved(work);
        await shown?.();
        return true;
      } catch (error) {
        const problem = error instanceof NotProvedError ? text("proof.none") : failureText(error, text);
        setState({ problem, error });
        return false;
      } finally {
        isRunning.current = false;
      }
    },
    [proved, text],
  );
  return { problem: state.problem, error: state.error, say, run };
}
