import type { KeyTemplate, CreatedKey } from "@consigne/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { client } from "../api/client.ts";
import { KeyList } from "./key-list.tsx";
import { CreatedKeyPage } from "./created-key-page.tsx";
import { NewKeyPage } from "./new-key-page.tsx";

const KEYS = ["keys"] as const;

/** A key whose text can be seen once, and what happened to the key it replaced. */
export interface ShownKey extends CreatedKey {
  /** Its purpose, unless rights were selected individually. */
  template?: KeyTemplate | undefined;
  replacedEndsAt?: Date | "now" | undefined;
}

export function KeysPage() {
  const [route, go] = useLocation();
  const queries = useQueryClient();
  const [created, setCreated] = useState<ShownKey>();
  const { data, error, refetch } = useQuery({ queryKey: KEYS, queryFn: async () => client.keys.list() });
  const reload = () => queries.invalidateQueries({ queryKey: KEYS });
  const show = (key: ShownKey) => {
    setCreated(key);
    void reload();
  };
  if (created !== undefined) {
    const leave = () => {
      setCreated(undefined);
      go("/keys");
    };
    return <CreatedKeyPage created={created} onStored={leave} />;
  }
  if (route === "/keys/new") return <NewKeyPage onCreated={show} />;
  return <KeyList keys={data} error={error} retry={() => void refetch()} onChanged={reload} onCreated={show} />;
}
