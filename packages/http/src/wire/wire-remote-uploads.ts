import {
  type CivilTimes,
  type Face,
  fileUrl,
  type RemoteInfoResponse,
  type RemoteShowResponse,
  toInstantText,
} from "@consigne/contract";
import {
  type Actor,
  fetchEnglish,
  type FetchMessages,
  type FetchSentences,
  inSentences,
  isAccountActor,
  type RemoteItemNow,
  remoteStateOf,
  type RemoteUploadDetails,
} from "@consigne/core";
import { fetchFrench } from "../pages/texts/fetch-french.ts";

/** `remote/info`: only ended addresses. */
export function remoteInfo(face: Face, times: CivilTimes, { request, items }: RemoteUploadDetails): RemoteInfoResponse {
  return {
    id: request.id,
    request_date: times.toWire(request.requestedAt),
    execution_date: request.endedAt === undefined ? "" : times.toWire(request.endedAt),
    links: items.map(({ item }) => item.url),
    result: items.flatMap(({ item: { url, end } }) => {
      if (end === undefined) return [];
      return {
        status: end.state === "done" ? "OK" : "KO",
        url,
        ...(end.state === "done" ? { download_link: fileUrl(face, end.fileId, 0) } : {}),
        ...wireMessage(end.messages),
      };
    }),
  };
}

/** One request under `/x/v1/remote`. */
export function wireRequest(
  face: Face,
  actor: Actor,
  { request, items }: RemoteUploadDetails,
  sentences: FetchSentences,
): RemoteShowResponse["request"] {
  const isInRoot = isAccountActor(actor) && actor.rootFolderId === request.folderId;
  return {
    id: request.id,
    requested_at: toInstantText(request.requestedAt),
    ...(request.endedAt === undefined ? {} : { ended_at: toInstantText(request.endedAt) }),
    folder_id: isInRoot ? 0 : request.folderId,
    items: items.map((each) => wireItem(face, each, sentences)),
  };
}

function wireItem(
  face: Face,
  now: RemoteItemNow,
  sentences: FetchSentences,
): RemoteShowResponse["request"]["items"][number] {
  const { item, job } = now;
  const { end } = item;
  const state = remoteStateOf(now);
  return {
    id: item.id,
    url: item.url,
    state,
    attempts: job?.attempts ?? 0,
    ...bytesOf(now),
    ...(state === "waiting" && job !== undefined ? { next_attempt_at: toInstantText(job.runAt) } : {}),
    ...(end === undefined ? {} : { ended_at: toInstantText(end.at) }),
    ...(end?.state === "done" ? { link: fileUrl(face, end.fileId, 0), filename: end.fileName } : {}),
    ...(item.hasCredentials ? { has_credentials: 1 } : {}),
    ...wireMessage(end?.messages ?? item.trouble, sentences),
  };
}

function bytesOf({ item: { end }, job }: RemoteItemNow): { received?: number; size?: number } {
  if (end?.state === "done") return { received: end.sizeBytes, size: end.sizeBytes };
  const { progress } = job ?? {};
  if (progress === undefined) return {};
  return { received: progress.done, ...(progress.total === undefined ? {} : { size: progress.total }) };
}

/** For the extension: programs read English, and the console asks for the language of its page. */
export const sentencesIn = (language: "en" | "fr" | undefined): FetchSentences =>
  language === "fr" ? fetchFrench : fetchEnglish;

export function wireMessage(messages: FetchMessages, sentences = fetchEnglish): { message?: string } {
  return messages.length === 0 ? {} : { message: inSentences(sentences, messages) };
}
