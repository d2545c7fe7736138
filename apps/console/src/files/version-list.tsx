import type { FileVersion } from "@consigne/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components";
import { ACCOUNT } from "../api/account.ts";
import type { Entry } from "../api/entries.ts";
import { restoreVersion, useVersions, VERSIONS, versionAddress } from "../api/versions.ts";
import { useNotices } from "../frame/notices.tsx";
import { LoadFailure } from "../frame/problem.tsx";
import { formatSize, formatWholeDate } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./details-panel.module.css";
import { refreshFolders } from "./folder-data.ts";
import { RemoveVersion } from "./remove-version.tsx";

/** Earlier contents of a file; nothing if it has no versions. */
export function VersionList({ file }: { file: Extract<Entry, { kind: "file" }> }) {
  const { text } = useText("versions");
  const { data, error, refetch } = useVersions(file.id);
  if (error !== null && data === undefined) return <LoadFailure error={error} retry={() => void refetch()} />;
  if (data === undefined || data.versions.length === 0) return undefined;
  return (
    <section className={styles.versions}>
      <h3>{text("versions.title")}</h3>
      <p>{text("versions.intro")}</p>
      <ul>
        {data.versions.map((version) => (
          <VersionItem key={version.id} file={file} version={version} />
        ))}
      </ul>
    </section>
  );
}

function VersionItem({ file, version }: { file: { id: string; name: string }; version: FileVersion }) {
  const { text, language } = useText("versions");
  const notices = useNotices();
  const queries = useQueryClient();
  const [isAsked, ask] = useState(false);
  const date = formatWholeDate(version.date, language);
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      notices.fail(error);
    }
  };
  const restore = async () => {
    await restoreVersion(file.id, version);
    notices.tell(text("versions.restored", { name: file.name, date }));
    await refreshFolders(queries);
  };
  const download = async () => {
    const link = document.createElement("a");
    link.href = await versionAddress(file.id, version);
    link.download = "";
    link.click();
  };
  const marks = [
    ...(version.isDamaged ? [text("files.mark.damaged")] : []),
    ...(version.isBlocked ? [text("files.mark.blocked")] : []),
  ];
  return (
    <li>
      <span>{[date, formatSize(version.sizeBytes, language), ...marks].join(", ")}</span>
      <span className={styles.ends}>
        {text("versions.until", { date: formatWholeDate(version.expiresAt, language) })}
      </span>
      <span className={styles.actions}>
        <Button
          className="button plain"
          aria-label={text("versions.restoreOf", { date })}
          isDisabled={version.isDamaged}
          onPress={() => void attempt(restore)}
        >
          {text("versions.restore")}
        </Button>
        <Button
          className="button plain"
          aria-label={text("versions.downloadOf", { date })}
          isDisabled={version.isDamaged || version.isBlocked}
          onPress={() => void attempt(download)}
        >
          {text("versions.download")}
        </Button>
        <Button className="button plain" aria-label={text("versions.removeOf", { date })} onPress={() => ask(true)}>
          {text("versions.remove")}
        </Button>
      </span>
      {isAsked && (
        <RemoveVersion
          fileId={file.id}
          version={version}
          onRemoved={async () => {
            await Promise.all([VERSIONS, ACCOUNT].map((queryKey) => queries.invalidateQueries({ queryKey })));
          }}
          onClose={() => ask(false)}
        />
      )}
    </li>
  );
}
