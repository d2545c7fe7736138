import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";

/** Invalidated when what the account stores changes. */
export const ACCOUNT = ["account"] as const;

/** Whose console this is; requested once, and again after changes. */
export const useAccount = () =>
  useQuery({ queryKey: ACCOUNT, queryFn: () => client.account.show(), staleTime: 60_000 });
