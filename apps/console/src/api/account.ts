import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";

/** Told anew when what the account stores changes. */
export const ACCOUNT = ["account"] as const;

/** Whose console this is; asked once, and again where it was changed. */
export const useAccount = () =>
  useQuery({ queryKey: ACCOUNT, queryFn: () => client.account.show(), staleTime: 60_000 });
