import type { Import, ImportEntry } from "@consigne/sdk";
import { useQuery } from "@tanstack/react-query";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Facts } from "../frame/facts.tsx";
import { LoadFailure } from "../frame/problem.tsx";
import { formatMoment } from "../looks/format.ts";
import type { Language } from "../texts/language.ts";
import { useText } from "../texts/use-text.ts";
import { ImportProgress } from "./import-progress.tsx";
import { sourceOf } from "./import-source.ts";
import { IMPORTS } from "./transfer-data.ts";

const MOST_SHOWN = 100;

/** Everything about an import, with its failures. */
export function ImportDetails({ found, onClose }: { found: Import; onClose(): void }) {
  const { text, language } = useText("transfers");
  const { id, folders, files, requestedAt, endedAt, collisions } = found;
  const failed = files.failed.count + folders.failed;
  const { data, error, refetch } = useQuery({
    queryKey: [...IMPORTS, "failed", id, language],
    queryFn: () => firstFailed(id, language),
    enabled: failed > 0,
  });
  const total = folders.pending + folders.done + folders.failed;
  return (
    <DialogBox title={text("imp.detailsTitle", { name: sourceOf(found) })} onClose={onClose}>
      <Facts
        facts={[
          [text("imp.from"), text(`imp.kind.${found.kind}`)],
          [text("imp.progress"), <ImportProgress key="progress" found={found} rate={undefined} />],
          [text("imp.folders"), text("imp.foldersOf", { done: folders.done, total })],
          [text("imp.collisions"), collisions > 0 && String(collisions)],
          [text("imp.requested"), formatMoment(requestedAt, language)],
          [text("imp.ended"), endedAt && formatMoment(endedAt, language)],
        ]}
      />
      {error !== null && data === undefined && <LoadFailure error={error} retry={() => void refetch()} />}
      {data !== undefined && data.length > 0 && (
        <>
          <h3>{text("imp.failures")}</h3>
          {data.length < failed && <p className="quiet">{text("imp.failuresCut", { count: data.length })}</p>}
          <ul className="names">
            {data.map(({ path, message }) => (
              <li key={path}>
                {path}
                {message !== undefined && <div className="quiet small">{message}</div>}
              </li>
            ))}
          </ul>
        </>
      )}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          {text("app.close")}
        </Button>
      </div>
    </DialogBox>
  );
}

async function firstFailed(id: number, language: Language): Promise<ImportEntry[]> {
  const shown: ImportEntry[] = [];
  for await (const entry of client.imports.entries(id, { states: ["failed"], language })) {
    shown.push(entry);
    if (shown.length === MOST_SHOWN) break;
  }
  return shown;
}
