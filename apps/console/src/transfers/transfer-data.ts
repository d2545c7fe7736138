import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { client } from "../api/client.ts";
import { useText } from "../texts/use-text.ts";
import { Rate } from "../uploads/rate.ts";

/** Query keys that events invalidate, with everything that begins with them. */
export const REQUESTS = ["remoteUpload"] as const;
export const IMPORTS = ["import"] as const;

/** Requests, each of which has up to 100 URLs. */
const REQUESTS_AT_ONCE = 20;
const IMPORTS_AT_ONCE = 50;

/** Newest first; the messages in the language of the page. */
export function useRequests() {
  const { language } = useText();
  return useInfiniteQuery({
    queryKey: [...REQUESTS, language],
    queryFn: ({ pageParam }) => client.remoteUploads.page({ before: pageParam, limit: REQUESTS_AT_ONCE, language }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
  });
}

export function useImports() {
  const { language } = useText();
  return useInfiniteQuery({
    queryKey: [...IMPORTS, language],
    queryFn: ({ pageParam }) => client.imports.page({ before: pageParam, limit: IMPORTS_AT_ONCE, language }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
  });
}

/** Current transfer rates in bytes per second, computed from the received bytes of successive answers. */
export function useRates(received: ReadonlyMap<string, number>, askedAt: number): ReadonlyMap<string, number> {
  const noted = useRef(new Map<string, Rate>());
  const newest = useRef(received);
  const [rates, setRates] = useState<ReadonlyMap<string, number>>(new Map());
  useEffect(() => void (newest.current = received));
  useEffect(() => {
    for (const id of noted.current.keys()) if (!newest.current.has(id)) noted.current.delete(id);
    const now = new Map<string, number>();
    for (const [id, bytes] of newest.current) {
      const rate = noted.current.get(id) ?? new Rate();
      noted.current.set(id, rate);
      rate.note(bytes, performance.now());
      if (rate.bytesPerSecond !== undefined) now.set(id, rate.bytesPerSecond);
    }
    setRates(now);
  }, [askedAt]);
  return rates;
}
