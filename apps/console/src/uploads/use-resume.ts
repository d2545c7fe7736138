import { useCallback, useEffect, useRef } from "react";
import { useAccount } from "../api/account.ts";
import { client } from "../api/client.ts";
import { useNotices } from "../frame/notices.tsx";
import { useText } from "../texts/use-text.ts";
import type { UploadQueue } from "./upload-queue.ts";

/**
 * Resumes after a pause, or once the user who chose the files has signed in again: never in somebody else's account.
 */
export function useResume(queue: UploadQueue): () => void {
  const { text } = useText("uploads");
  const notices = useNotices();
  const now = useAccount().data?.email;
  const whose = useRef<string>(undefined);
  useEffect(() => void (whose.current ??= now), [now]);
  return useCallback(() => {
    if (queue.pace !== "signedOut") return queue.resume();
    const resume = async () => {
      const { email } = await client.account.show();
      if (whose.current === undefined || email === whose.current) queue.resume();
      else notices.tell(text("up.otherAccount", { email, whose: whose.current }));
    };
    resume().catch(notices.fail);
  }, [queue, notices, text]);
}
