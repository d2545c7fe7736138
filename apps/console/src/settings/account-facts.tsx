import type { AccountProfile } from "@consigne/sdk";
import { Facts } from "../frame/facts.tsx";
import { formatMoment, formatSize } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";

export function AccountFacts({ account }: { account: AccountProfile }) {
  const { text, language } = useText("settings");
  const { email, plan, planEndsAt, fileCount, usedBytes, trashBytes, versionBytes, quotaBytes, createdAt } = account;
  const used = formatSize(usedBytes, language);
  const ends = planEndsAt === undefined ? [] : [text("set.planEnds", { time: formatMoment(planEndsAt, language) })];
  return (
    <Facts
      facts={[
        [text("set.email"), email],
        [text("set.plan"), [text(`set.plan.${plan}`), ...ends].join(", ")],
        [
          text("set.used"),
          [
            quotaBytes === undefined ? used : text("set.usedOf", { used, quota: formatSize(quotaBytes, language) }),
            text("set.files", { count: fileCount }),
            ...(trashBytes === 0 ? [] : [text("set.usedTrash", { size: formatSize(trashBytes, language) })]),
            ...(versionBytes === 0 ? [] : [text("set.usedVersions", { size: formatSize(versionBytes, language) })]),
          ].join(", "),
        ],
        [text("set.since"), createdAt === undefined ? "" : formatMoment(createdAt, language)],
      ]}
    />
  );
}
