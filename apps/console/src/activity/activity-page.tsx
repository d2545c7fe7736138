import type { ActivityFilter, ActivityRecord } from "@consigne/sdk";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { Page } from "../frame/page.tsx";
import pageStyles from "../frame/page.module.css";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { useCall } from "../frame/use-call.ts";
import { formatMoment } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { ActivityFilters } from "./activity-filters.tsx";
import { keyNamesOf, type KeyNames, sentenceOf, whoDid } from "./activity-sentence.ts";
import { saveActivity } from "./save-activity.ts";

const AT_ONCE = 50;

export function ActivityPage() {
  const { text, language } = useText();
  const [filter, setFilter] = useState<ActivityFilter>({});
  const keys = useQuery({ queryKey: ["keys"], queryFn: async () => client.keys.list() }).data ?? [];
  const names = keyNamesOf(keys);
  const call = useCall();
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["activity", filter],
    queryFn: ({ pageParam }) => client.activity.page({ ...filter, limit: AT_ONCE, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const records = data?.pages.flatMap((page) => page.records);
  const save = () => call.run(() => saveActivity(filter, names, text, language));
  return (
    <Page
      title={text("act.title")}
      intro={text("act.intro")}
      tools={
        <Button className="button plain" onPress={() => void save()}>
          <Icon name="download" />
          {text("act.csv")}
        </Button>
      }
    >
      <Problem call={call} />
      <ActivityFilters filter={filter} keys={keys} onFilter={setFilter} />
      {error !== null && records === undefined && <LoadFailure error={error} retry={() => void refetch()} />}
      {records?.length === 0 && (
        <div className={pageStyles.state} role="status">
          <Icon name="search" />
          <h2>{text("act.empty")}</h2>
          <p>{text("act.emptyAdvice")}</p>
        </div>
      )}
      {records !== undefined && records.length > 0 && (
        <ActivityTable
          records={records}
          names={names}
          onObject={(objectId) => setFilter((before) => ({ ...before, objectId }))}
        />
      )}
      {hasNextPage && (
        <p>
          <Button className="button plain" onPress={() => void fetchNextPage()}>
            {text("act.more")}
          </Button>
        </p>
      )}
    </Page>
  );
}

interface TableProps {
  records: readonly ActivityRecord[];
  names: KeyNames;
  onObject(objectId: string): void;
}

function ActivityTable({ records, names, onObject }: TableProps) {
  const { text, language } = useText();
  // Several may have one instant, and nothing of them is changed here.
  const rows = records.map((record, at) => ({ record, key: String(at) }));
  return (
    <Records
      label={text("act.list")}
      rows={rows}
      keyOf={({ key }) => key}
      columns={[
        { title: text("act.what"), cell: ({ record }) => sentenceOf(record, names, text) },
        {
          title: text("act.when"),
          cell: ({ record: { at } }) => (at === undefined ? "" : formatMoment(at, language)),
        },
        { title: text("act.who"), cell: ({ record }) => whoDid(record, names, text) },
        { title: text("act.from"), cell: ({ record: { address } }) => address ?? "" },
      ]}
      actions={{
        title: text("app.actions"),
        of: ({ record }) => (
          <Button
            className="icon-button"
            aria-label={text("act.onlyThis", { what: sentenceOf(record, names, text) })}
            onPress={() => onObject(record.objectId)}
          >
            <Icon name="search" />
          </Button>
        ),
      }}
    />
  );
}
