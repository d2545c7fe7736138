import type { Invitation } from "@consigne/core";
import { plans } from "@consigne/core";
import { type Command, Option } from "./typed-commander.ts";
import { type CommandOutput, print, tableLines } from "../operator-output.ts";
import { parsePlan, parseQuota, QUOTA_FORMS } from "./option-values.ts";
import { withServices } from "./with-services.ts";

const MOST_SHOWN = 500;

/** Invitations let people choose their own password, so that nobody has to hand one over. */
export function addInvitations(user: Command, output: CommandOutput): void {
  user
    .command("invite <email>")
    .description(
      "e-mail somebody a link to create an account; the link works once, and inviting them again replaces it",
    )
    .option("--plan <plan>", `one of: ${Object.keys(plans).join(", ")}`, parsePlan, "unlimited")
    .option("--quota <size>", `a quota other than that of the plan, ${QUOTA_FORMS}`, parseQuota)
    .addOption(new Option("--language <language>", "language of the e-mail").choices(["en", "fr"]).default("en"))
    .option("--json", "print one JSON document")
    .action(async (email, options) => {
      const { plan: planId, quota, language } = options;
      const quotaBytes = quota === "plan" ? undefined : quota;
      const { invitation, place } = await withServices(async ({ invitations }) => ({
        invitation: await invitations.invite("operator", { email, planId, quotaBytes, language }),
        place: invitations.mailPlace,
      }));
      const where =
        place.kind === "folder"
          ? `The e-mail with the link is a file in ${place.path}: pass it on.`
          : "A link is sent to that address by e-mail.";
      print(output, options.json === true, describe(invitation), [
        `${email} is invited until ${invitation.endsAt.toISOString()}.`,
        where,
        "If the server is not running, the e-mail is sent when it starts.",
      ]);
    });
  user
    .command("invitations")
    .description(
      `list the newest ${MOST_SHOWN} invitations, including those accepted, revoked or expired within the last month`,
    )
    .option("--json", "print one JSON document")
    .action(async (options) => {
      const found = await withServices(({ invitations }) => invitations.page("operator", undefined, MOST_SHOWN));
      const rows = found.map((each) => [
        each.email,
        plans[each.planId].title,
        stateOf(each),
        each.mailedAt?.toISOString() ?? "",
        each.endsAt.toISOString(),
      ]);
      const heads = ["E-MAIL", "PLAN", "STATE", "SENT", "EXPIRES"];
      print(output, options.json === true, found.map(describe), tableLines([heads, ...rows]));
    });
  user
    .command("uninvite <email>")
    .description("revoke an invitation; its link stops working")
    .option("--json", "print one JSON document")
    .action(async (email, options) => {
      await withServices(async ({ invitations }) => {
        await invitations.revoke("operator", (await invitations.getByEmail("operator", email)).id);
      });
      print(output, options.json === true, { email }, [`The invitation for ${email} is revoked.`]);
    });
}

const stateOf = ({ ended, endsAt }: Invitation) => ended?.as ?? (endsAt > new Date() ? "open" : "expired");

const describe = (invitation: Invitation) => ({
  id: invitation.id,
  email: invitation.email,
  plan: invitation.planId,
  quotaBytes: invitation.quotaBytes,
  invitedBy: invitation.invitedBy,
  state: stateOf(invitation),
  createdAt: invitation.createdAt.toISOString(),
  mailedAt: invitation.mailedAt?.toISOString(),
  endsAt: invitation.endsAt.toISOString(),
});
