import { Button } from "react-aria-components";
import { failureText, isSessionOver, isWithoutApi, requestIdOf } from "../api/failure.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import styles from "./page.module.css";
import type { RunningCall } from "./use-call.ts";

/** Beside the form that it belongs to: what went wrong, and what to do. */
export function Problem({ call: { problem, error } }: { call: Pick<RunningCall, "problem" | "error"> }) {
  const { text } = useText();
  if (problem === undefined) return null;
  const requestId = requestIdOf(error);
  return (
    <div className={styles.problem} role="alert">
      <p>{problem}</p>
      {isSessionOver(error) && (
        // In a window of its own: what was written in the form stays, and is sent once more from here.
        <a href="/login.pl?next=/console/" target="_blank" rel="noopener">
          {text("fail.signInApart")}
        </a>
      )}
      {requestId !== undefined && <p className="quiet">{text("fail.requestId", { id: requestId })}</p>}
    </div>
  );
}

/** In the place of what could not be loaded. */
export function LoadFailure({ error, retry }: { error: unknown; retry(): void }) {
  const { text } = useText();
  const requestId = requestIdOf(error);
  return (
    <div className={styles.state} role="alert">
      <Icon name="warning" />
      <h2>{failureText(error, text)}</h2>
      {isSessionOver(error) && (
        <a className="button" href="/login.pl?next=/console/">
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
