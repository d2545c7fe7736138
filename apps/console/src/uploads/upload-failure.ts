import { wordsOf } from "../api/refusal-texts.ts";
import type { Text } from "../texts/use-text.ts";
import type { UploadItem } from "./upload-item.ts";

/** The API's number for a full account: that of the folder's owner, whoever uploads. */
const NO_ROOM = 590;

/** Refusals that the server explains only in English, by number. */
const refusals: Readonly<Record<number, "up.noRoom" | "up.serverFull" | "up.folderGone" | "up.denied" | "up.ended">> = {
  469: "up.folderGone",
  555: "up.denied",
  563: "up.folderGone",
  570: "up.ended",
  590: "up.noRoom",
  591: "up.serverFull",
  631: "up.denied",
};

/** Why a file did not arrive. */
export function reasonOf(
  { failure, storedBytes, base }: Pick<UploadItem, "failure" | "storedBytes" | "base">,
  text: Text<"uploads">,
  limit: string,
): string {
  switch (failure) {
    case "lost":
      return text(storedBytes > 0 ? "up.lostKept" : "up.lost");
    case "unclear":
      return text("up.unclear");
    case "unreadable":
      return text("up.changed");
    case "differs":
      return text("up.differs");
    case "elsewhere":
      return text("up.elsewhere");
    case "tooLarge":
      return text("up.tooLarge", { limit });
    case "tooLargeForProxy":
      return text("up.proxy");
    case undefined:
      return "";
    default: {
      const { number, said } = failure;
      // Without a number it is not a refusal by the server: the server failed, or a proxy answered instead.
      if (number === undefined) return text("fail.other", { reason: said });
      if (number === NO_ROOM && base !== undefined) return text("up.noRoomOf", { owner: base.owner });
      const known = refusals[number];
      if (known !== undefined) return text(known);
      return wordsOf(failure, text) ?? text("fail.input", { reason: said });
    }
  }
}
