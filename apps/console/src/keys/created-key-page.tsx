import { neededNode, readyLines } from "@consigne/contract/ready-lines";
import { useEffect, useId, useRef } from "react";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { CopyButton } from "../frame/copy-button.tsx";
import { Page, Part } from "../frame/page.tsx";
import { formatMoment } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./keys.module.css";
import type { ShownKey } from "./keys-page.tsx";

/** In a clone of the repository: the packages are not published yet. */
const GET_CLIENT =
  'npm ci && mkdir -p ~/.local/bin && ln -sf "$PWD/apps/cli/bin/consigne.js" ~/.local/bin/consigne && export PATH="$HOME/.local/bin:$PATH"';
const described = ["consigne", "rclone.conf", "rclone"] as const;

/** The only place that ever shows the text of a key. */
export function CreatedKeyPage({ created, onStored }: { created: ShownKey; onStored(): void }) {
  const { text, language } = useText("keys");
  const { key, apiKey, template, replacedEndsAt } = created;
  const lines = readyLines(apiKey, client.apiUrl, key.scopes, template);
  const copy = useRef<HTMLDivElement>(null);
  const id = useId();
  useWarningBeforeLeaving();
  // The button that was pressed to make it is gone.
  useEffect(() => copy.current?.querySelector("button")?.focus(), []);
  return (
    <Page title={text("key.made")} intro={text("key.madeFor", { name: key.name })}>
      {/* Announced when the button in it gets the focus. */}
      <div
        className={styles.secret}
        role="group"
        aria-label={`${text("key.made")}, ${text("key.madeFor", { name: key.name })}`}
        aria-describedby={id}
      >
        <code>{apiKey}</code>
        <div ref={copy}>
          <CopyButton label={text("key.copy")} value={apiKey} isWide />
        </div>
        <p id={id}>
          <strong>{text("key.once")}</strong>
        </p>
        {replacedEndsAt !== undefined && (
          <p>
            {replacedEndsAt === "now"
              ? text("key.oldEnded")
              : text("key.oldEnds", { time: formatMoment(replacedEndsAt, language) })}
          </p>
        )}
        <Button className="button" onPress={onStored}>
          {text("key.stored")}
        </Button>
      </div>
      <Part id="ready-lines" title={text("key.lines")}>
        {lines.map(({ tool, text: line }) => {
          const known = described.find((each) => each === tool);
          return (
            <div key={tool} className={styles.line}>
              <h3>{known === undefined ? tool : text(`key.tool.${known}`)}</h3>
              <div>
                <pre>{line}</pre>
                <CopyButton label={text("key.copyLine", { tool })} value={line} />
              </div>
            </div>
          );
        })}
        {lines.some(({ tool }) => tool === "consigne") && (
          <>
            <p className="quiet">{text("key.getClient", neededNode)}</p>
            <pre>{GET_CLIENT}</pre>
          </>
        )}
      </Part>
    </Page>
  );
}

/** Nobody can show the key again. */
function useWarningBeforeLeaving(): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, []);
}
