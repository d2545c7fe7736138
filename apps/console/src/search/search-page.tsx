import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useRef, useState } from "react";
import { Button, Input, SearchField } from "react-aria-components";
import { useLocation } from "wouter";
import { failureText } from "../api/failure.ts";
import { LONGEST_SEARCH, SEARCHES, searchAll } from "../api/search.ts";
import { FolderDialogs } from "../files/folder-dialogs.tsx";
import type { Dragged } from "../files/row-drag.ts";
import { Page } from "../frame/page.tsx";
import { SignInApart } from "../frame/problem.tsx";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { FoundGrid } from "./found-grid.tsx";
import { searchRoute, textOfRoute } from "./search-route.ts";
import styles from "./search.module.css";
import { useFoundCommands } from "./use-found-commands.ts";

const SOON_MS = 300;

/** Searches all names of the account. The search text is in the URL, so that the back button returns to it. */
export function SearchPage() {
  const { text } = useText("search");
  const [route, navigate] = useLocation();
  const sought = textOfRoute(route);
  const [typed, setTyped] = useState(sought);
  const field = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (typed.trim() !== sought) navigate(searchRoute(typed.trim()), { replace: true });
    }, SOON_MS);
    return () => clearTimeout(timer);
  }, [typed, sought, navigate]);
  const firstResult = () => results.current?.querySelector<HTMLElement>("[role=row][tabindex='0']");
  const goToResults = () => firstResult()?.focus();
  return (
    <Page title={text("search.title")} intro={text("search.hint")}>
      <SearchField
        className={styles.field ?? ""}
        aria-label={text("search.label")}
        maxLength={LONGEST_SEARCH}
        value={typed}
        onChange={setTyped}
        onSubmit={goToResults}
      >
        <Icon name="search" />
        <Input
          ref={field}
          placeholder={text("search.label")}
          onKeyDown={({ key }) => {
            if (key === "ArrowDown") goToResults();
          }}
        />
        <Button className="icon-button" aria-label={text("files.clearSearch")}>
          <Icon name="close" />
        </Button>
      </SearchField>
      <div ref={results}>
        {sought !== "" && (
          <Results key={sought} sought={sought} focusGrid={() => (firstResult() ?? field.current)?.focus()} />
        )}
      </div>
    </Page>
  );
}

/** @param focusGrid gives the focus to the results, or to the field if none are left */
function Results({ sought, focusGrid }: { sought: string; focusGrid(): void }) {
  const { text } = useText("search");
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [...SEARCHES, useDeferredValue(sought)],
    queryFn: ({ pageParam, signal }) => searchAll(sought, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const found = data?.pages.flatMap((part) => part.found) ?? [];
  const page = useFoundCommands(found, focusGrid);
  const dragged = useRef<Dragged>(undefined);
  if (error !== null) {
    return (
      <div role="alert">
        <p>{failureText(error, text)}</p>
        <SignInApart error={error} />
      </div>
    );
  }
  if (data === undefined) return <p role="status">{text("app.loading")}</p>;
  const { count = 0, hasMore = false } = data.pages[0] ?? {};
  return (
    <>
      <p role="status" className="quiet">
        {count === 0
          ? text("search.none", { text: sought })
          : text(hasMore ? "search.countMore" : "search.count", { count })}
      </p>
      {found.length > 0 && (
        <FoundGrid label={text("search.results", { text: sought })} found={found} commands={page.commands} />
      )}
      {hasNextPage && (
        <Button className="button plain" onPress={() => void fetchNextPage()} isDisabled={isFetchingNextPage}>
          {text("search.more")}
        </Button>
      )}
      <FolderDialogs page={page} place={page.place} dragged={dragged} />
    </>
  );
}
