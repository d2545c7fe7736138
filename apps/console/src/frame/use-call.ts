import { useCallback, useRef, useState } from "react";
import { failureText } from "../api/failure.ts";
import { useText } from "../texts/use-text.ts";
import { NotProvedError, useProof } from "./proof.tsx";

export interface RunningCall {
  /** Why the last one did nothing, in words. */
  problem: string | undefined;
  /** The same as it was thrown; undefined for what was said without a call. */
  error: unknown;
  say(problem: string | undefined): void;
  /**
   * One at a time. True when it was done. `shown` asks anew for what is shown, and is a part of it: a form that stands there
   * until then takes no second press, which would do the same once more.
   */
  run(work: () => Promise<unknown>, shown?: () => Promise<unknown>): Promise<boolean>;
}

/** A change that somebody asked for: the password is asked for where it takes one, and what went wrong is said. */
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
