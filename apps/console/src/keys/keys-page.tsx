import type { KeyTemplate, CreatedKey } from "@consigne/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { client } from "../api/client.ts";
import { KeyList } from "./key-list.tsx";
import { MadeKeyPage } from "./made-key-page.tsx";
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
  const [made, setMade] = useState<ShownKey>();
  const { data, error, refetch } = useQuery({ queryKey: KEYS, queryFn: async () => client.keys.list() });
  const reload = () => queries.invalidateQueries({ queryKey: KEYS });
  const show = (key: ShownKey) => {
    setMade(key);
    void reload();
  };
  if (made !== undefined) {
    const leave = () => {
      setMade(undefined);
      go("/keys");
    };
    return <MadeKeyPage made={made} onStored={leave} />;
  }
  if (route === "/keys/new") return <NewKeyPage onMade={show} />;
  return <KeyList keys={data} error={error} retry={() => void refetch()} onChanged={reload} onMade={show} />;
}
