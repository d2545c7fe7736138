import type { RemoteUploadProgress } from "@consigne/sdk";
import { Button } from "react-aria-components";
import { LoadFailure } from "../frame/problem.tsx";
import { useSaid } from "../looks/use-said.ts";
import { useText } from "../texts/use-text.ts";
import { RequestGroup } from "./request-group.tsx";
import { useRates, useRequests } from "./transfer-data.ts";

/** URLs that the server fetches, grouped by request. */
export function RequestList() {
  const { text } = useText("transfers");
  const { data, error, refetch, dataUpdatedAt, hasNextPage, fetchNextPage } = useRequests();
  const requests = data?.pages.flatMap((page) => page.requests);
  const rates = useRates(receivedBy(requests ?? []), dataUpdatedAt);
  const said = useSaid(wordsOf(requests ?? []));

  /** A summary of those that have not ended. */
  function wordsOf(all: readonly RemoteUploadProgress[]): string {
    const items = all.filter(({ endedAt }) => endedAt === undefined).flatMap((request) => request.items);
    if (items.length === 0) return "";
    const count = (state: string) => items.filter((item) => item.state === state).length;
    return text("fetch.said", { count: items.length, done: count("done"), failed: count("failed") });
  }

  if (error !== null && requests === undefined) return <LoadFailure error={error} retry={() => void refetch()} />;
  return (
    <>
      {requests?.length === 0 && <p className="quiet">{text("fetch.none")}</p>}
      {requests?.map((request) => (
        <RequestGroup key={request.id} request={request} rates={rates} />
      ))}
      {hasNextPage && (
        <p>
          <Button className="button plain" onPress={() => void fetchNextPage()}>
            {text("fetch.older")}
          </Button>
        </p>
      )}
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </>
  );
}

function receivedBy(requests: readonly RemoteUploadProgress[]): Map<string, number> {
  const running = requests.flatMap(({ items }) => items.filter(({ state }) => state === "running"));
  return new Map(running.map(({ id, receivedBytes = 0 }) => [id, receivedBytes]));
}
