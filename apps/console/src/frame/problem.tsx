import { sleep } from "@consigne/sdk/wait";
import { useEffect, useRef } from "react";
import { Button } from "react-aria-components";
import { failureText, isSessionOver, isWithoutApi, requestIdOf } from "../api/failure.ts";
import { isLineFailure, serverAnswers } from "../api/line.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import styles from "./page.module.css";
import type { RunningCall } from "./use-call.ts";

/** Shown beside its form: what went wrong, and what to do. */
export function Problem({ call: { problem, error } }: { call: Pick<RunningCall, "problem" | "error"> }) {
  const { text } = useText();
  if (problem === undefined) return null;
  const requestId = requestIdOf(error);
  return (
    <div className={styles.problem} role="alert">
      <p>{problem}</p>
      <SignInApart error={error} />
      {requestId !== undefined && <p className="quiet">{text("fail.requestId", { id: requestId })}</p>}
    </div>
  );
}

/** For an ended session. Opens a separate window: what was entered here stays, and can be sent again. */
export function SignInApart({ error }: { error: unknown }) {
  const { text } = useText();
  if (!isSessionOver(error)) return null;
  return (
    <a href="/login.pl?next=/console/" target="_blank" rel="noopener">
      {text("fail.signInApart")}
    </a>
  );
}

const PAUSE_MS = 3000;

/**
 * Replaces something that could not be loaded. Once an unreachable server answers again, it is loaded automatically.
 */
export function LoadFailure({ error, retry }: { error: unknown; retry(): void }) {
  const { text } = useText();
  const requestId = requestIdOf(error);
  useRetryOnceThere(error, retry);
  return (
    <div className={styles.state} role="alert">
      <Icon name="warning" />
      <h2>{failureText(error, text)}</h2>
      {isSessionOver(error) && (
        <a className="button" href={`/login.pl?next=${encodeURIComponent(`/console/${location.hash}`)}`}>
          {text("fail.signIn")}
        </a>
      )}
      {isWithoutApi(error) ? (
        <a className="button" href="/console/files.pl">
          {text("fail.plain")}
        </a>
      ) : (
        <Button className="button plain" onPress={retry}>
          {text("app.again")}
        </Button>
      )}
      {requestId !== undefined && <p className="quiet">{text("fail.requestId", { id: requestId })}</p>}
    </div>
  );
}

function useRetryOnceThere(error: unknown, retry: () => void): void {
  const newest = useRef(retry);
  useEffect(() => void (newest.current = retry));
  useEffect(() => {
    if (!isLineFailure(error)) return undefined;
    const leaving = new AbortController();
    void whenThere(leaving.signal, () => newest.current());
    return () => leaving.abort();
  }, [error]);
}

async function whenThere(signal: AbortSignal, act: () => void): Promise<void> {
  // A server that answers this but nothing else must not be asked endlessly.
  await sleep(PAUSE_MS, signal).catch(() => undefined);
  await serverAnswers(signal);
  if (!signal.aborted) act();
}
