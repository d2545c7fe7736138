import type { FetchMessages, FetchOrder } from "@consigne/core";
import { parseJson, toDate, toDateOrUndefined, toInstant } from "../columns.ts";

/** What remote uploads and imports store about who ordered them. */
export interface OrderColumns {
  account_id: string;
  api_key_id: string | null;
  address: string;
  root_folder_id: number;
  folder_id: number;
  requested_at: number;
}

export function orderColumns(order: Omit<FetchOrder, "endedAt">): OrderColumns {
  return {
    account_id: order.accountId,
    api_key_id: order.apiKeyId ?? null,
    address: order.address,
    root_folder_id: order.rootFolderId,
    folder_id: order.folderId,
    requested_at: toInstant(order.requestedAt),
  };
}

export function toOrder(row: OrderColumns & { ended_at: number | null }): FetchOrder {
  return {
    accountId: row.account_id,
    apiKeyId: row.api_key_id ?? undefined,
    address: row.address,
    rootFolderId: row.root_folder_id,
    folderId: row.folder_id,
    requestedAt: toDate(row.requested_at),
    endedAt: toDateOrUndefined(row.ended_at),
  };
}

/** Ended orders beyond a number or a total size, newest first. */
export function surplusOf<Row extends { id: number }>(
  ended: readonly Row[],
  sizeOf: (row: Row) => number,
  most: { orders: number; size: number },
): number[] {
  let size = 0;
  const surplus = ended.filter((row, at) => (size += sizeOf(row)) > most.size || at >= most.orders);
  return surplus.map(({ id }) => id);
}

/** `message`: the text stored by earlier releases. */
export interface MessageColumns {
  message: string;
  messages: string | null;
}

export function messageColumns(messages: FetchMessages): MessageColumns {
  return { message: "", messages: messages.length === 0 ? null : JSON.stringify(messages) };
}

export function toMessages({ message, messages }: MessageColumns): FetchMessages {
  if (messages !== null) return parseJson<FetchMessages>(messages);
  return message === "" ? [] : [{ code: "text", text: message }];
}
