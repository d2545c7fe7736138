import type { ActivityRecord } from "@consigne/sdk";
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
import { ActivityFilters, type ShownFilter } from "./activity-filters.tsx";
import { keyNamesOf, type KeyNames, Replacements, sentenceOf, whoDid } from "./activity-sentence.ts";
import { saveActivity } from "./save-activity.ts";

const AT_ONCE = 50;

export function ActivityPage() {
  const words = useText("activity");
  const { text } = words;
  const [filter, setFilter] = useState<ShownFilter>({});
  const keys = useQuery({ queryKey: ["keys"], queryFn: async () => client.keys.list() }).data ?? [];
  const names = keyNamesOf(keys);
  const call = useCall();
  const { objectName: _, ...asked } = filter;
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["activity", asked],
    queryFn: ({ pageParam }) => client.activity.page({ ...asked, limit: AT_ONCE, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const records = withoutSources(data?.pages.flatMap((page) => page.records));
  const save = () => call.run(() => saveActivity(asked, names, words));
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
          onObject={({ objectId, details }) =>
            setFilter((before) => ({ ...before, objectId, objectName: String(details["name"] ?? objectId) }))
          }
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

function withoutSources(records: readonly ActivityRecord[] | undefined): ActivityRecord[] | undefined {
  const replacements = new Replacements();
  return records?.filter((record) => !replacements.tellsOf(record));
}

interface TableProps {
  records: readonly ActivityRecord[];
  names: KeyNames;
  onObject(record: ActivityRecord): void;
}

function ActivityTable({ records, names, onObject }: TableProps) {
  const words = useText("activity");
  const { text, language } = words;
  // Keyed by index: several may have the same instant, and rows have no state.
  const rows = records.map((record, at) => ({ record, key: String(at) }));
  return (
    <Records
      label={text("act.list")}
      rows={rows}
      keyOf={({ key }) => key}
      columns={[
        { title: text("act.what"), cell: ({ record }) => sentenceOf(record, names, words) },
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
            aria-label={text("act.onlyThis", { what: sentenceOf(record, names, words) })}
            onPress={() => onObject(record)}
          >
            <Icon name="search" />
          </Button>
        ),
      }}
    />
  );
}
