import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { FolderGoneError } from "../api/entries.ts";
import { SHARE, sharedPlace } from "../api/shared-place.ts";
import { useFolderState } from "../files/folder-state.ts";
import { FolderWithTree } from "../files/folder-with-tree.tsx";
import type { Rights } from "../files/rights.ts";
import { Page } from "../frame/page.tsx";
import pageStyles from "../frame/page.module.css";
import { LoadFailure } from "../frame/problem.tsx";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { sharedHref } from "./shared-route.ts";
import styles from "./shared.module.css";

/** Contents of somebody else's folder, with the permitted actions. */
export function SharedFolder({ folderId }: { folderId: number }) {
  const { text } = useText("share");
  const state = useFolderState();
  const { data, error, refetch } = useQuery({
    queryKey: [SHARE, "place", folderId],
    queryFn: () => sharedPlace(folderId),
    // The previous folder stays until the location of the next one is known.
    placeholderData: keepPreviousData,
  });
  if (data !== undefined)
    return (
      <FolderWithTree
        place={data}
        state={state}
        note={(rights) => <p className={styles.note}>{text(noteOf(rights), { owner: rights.owner ?? "" })}</p>}
      />
    );
  if (error === null) return <p className="visually-hidden">{text("app.loading")}</p>;
  return (
    <Page title={text("nav.shared")}>
      {error instanceof FolderGoneError ? (
        <div className={pageStyles.state} role="alert">
          <Icon name="warning" />
          <h2>{text("shared.gone")}</h2>
          <a className="button" href={sharedHref()}>
            {text("fail.toShared")}
          </a>
        </div>
      ) : (
        <LoadFailure error={error} retry={() => void refetch()} />
      )}
    </Page>
  );
}

function noteOf({ mayFill, mayChange, hasLinks }: Rights) {
  if (mayChange) return "shared.of.write";
  if (mayFill) return "shared.of.add";
  return hasLinks ? "shared.of.read" : "shared.of.names";
}
