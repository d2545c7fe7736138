import { type Account, type Listing, newPasswordText, planInForce, plans, type Services } from "@consigne/core";
import type { Command } from "./typed-commander.ts";
import { type CommandOutput, print, type PrintedPage, printPages, sizeText, tableLines } from "../operator-output.ts";
import { confirm } from "./confirm.ts";
import { parseFutureInstant, parseInstant, parsePlan, parseQuota, QUOTA_FORMS } from "./option-values.ts";
import { addInvitations } from "./user-invitation.ts";
import { addRemoval } from "./user-removal.ts";
import { withServices } from "./with-services.ts";

const describe = (account: Account) => ({
  id: account.id,
  email: account.email,
  plan: account.planId,
  planEndsAt: account.planEndsAt?.toISOString(),
  quotaBytes: planInForce(account, new Date()).storageQuotaBytes,
  isAdmin: account.isAdmin,
  isLocked: account.isLocked,
  deletionAt: account.removesAt?.toISOString(),
  createdAt: account.createdAt.toISOString(),
});

/** A password from the environment stays out of the process list; without one, one is generated and shown once. */
export function addUsers(program: Command, output: CommandOutput): void {
  const user = program.command("user").description("manage accounts and invitations");
  addCreation(user, output);
  addListing(user, output);
  addChanges(user, output);
  addSignIn(user, output);
  addInvitations(user, output);
  addRemoval(user, output);
}

function addCreation(user: Command, output: CommandOutput): void {
  user
    .command("add <email>")
    .description(
      "add an account; its password is generated and shown once, or read from standard input with --password-stdin",
    )
    .option("--plan <plan>", `one of: ${Object.keys(plans).join(", ")}`, parsePlan, "unlimited")
    .option("--plan-ends <date>", "when the plan ends, such as 2027-01-31 (UTC)", parseFutureInstant)
    .option("--admin", "make the account an administrator")
    .option("--password-stdin", "read the password from standard input")
    .option("--json", "print one JSON document")
    .action(async (email, options) => {
      const given = options.passwordStdin === true ? await firstLineOfStdin() : undefined;
      const password = given ?? newPasswordText();
      const account = await withServices((services) =>
        services.accounts.create("operator", {
          email,
          password,
          planId: options.plan,
          planEndsAt: options.planEnds,
          isAdmin: options.admin ?? false,
        }),
      );
      const shown = given === undefined ? { password } : {};
      const lines = [
        `Account ${account.email} added.`,
        ...(given === undefined ? [`Password: ${password}`] : []),
        'Give the owner the e-mail address, the password and the URL of this server. They sign in at /login.pl and change the password under "Settings".',
      ];
      print(output, options.json === true, { ...describe(account), ...shown }, lines);
    });
}

function addListing(user: Command, output: CommandOutput): void {
  user
    .command("list")
    .description("list all accounts")
    .option("--json", "print one JSON document")
    .action(async (options) => {
      await withServices(async ({ accounts }) => {
        const heads = ["E-MAIL", "PLAN", "ROLE", "STATE", "FILES", "BYTES", "PLAN ENDS"];
        await printPages(output, options.json === true, heads, printed(accounts, await accounts.list("operator")));
      });
    });
  user
    .command("show <email>")
    .description("show the plan, quota, state, files and number of keys of an account")
    .option("--json", "print one JSON document")
    .action(async (email, options) => {
      const { found, keyCount } = await withServices(async ({ accounts, keys }) => {
        const account = await accounts.getByEmail("operator", email);
        const all = await (await keys.list("operator", account)).all();
        return { found: await withUsage(accounts, account), keyCount: all.length };
      });
      const { account, usage } = found;
      const lines = tableLines([
        ["E-mail", account.email],
        ["Plan", planInForce(account, new Date()).title],
        ["Plan ends", account.planEndsAt?.toISOString() ?? "never"],
        ["Quota", quotaText(account)],
        ["Role", account.isAdmin ? "administrator" : "user"],
        ["State", stateText(account)],
        ["Files", String(usage.fileCount)],
        ["Bytes", String(usage.sizeBytes)],
        ["Keys", String(keyCount)],
        ["Created", account.createdAt.toISOString()],
      ]);
      print(output, options.json === true, { ...describeWithUsage(found), keys: keyCount }, lines);
    });
}

async function* printed(accounts: Services["accounts"], found: Listing<Account>): AsyncGenerator<PrintedPage> {
  for await (const page of found.pages()) {
    const users = await Promise.all(page.map((account) => withUsage(accounts, account)));
    const now = new Date();
    const rows = users.map(({ account, usage }) => [
      account.email,
      planInForce(account, now).title,
      account.isAdmin ? "administrator" : "",
      account.isLocked ? stateText(account) : "",
      String(usage.fileCount),
      String(usage.sizeBytes),
      account.planEndsAt?.toISOString() ?? "",
    ]);
    yield { data: users.map(describeWithUsage), rows };
  }
}

function stateText({ isLocked, removesAt }: Account): string {
  if (!isLocked) return "active";
  return removesAt === undefined ? "locked" : `deleted by its owner, removed on ${removesAt.toISOString()}`;
}

function quotaText(account: Account): string {
  const { storageQuotaBytes } = planInForce(account, new Date());
  if (storageQuotaBytes === undefined) return "none";
  return `${bytesText(storageQuotaBytes)}${account.quotaBytes === undefined ? ", from the plan" : ""}`;
}

/** Shows both units, because the console may use the other one. */
const bytesText = (bytes: number): string => `${bytes} bytes${bytes < 1024 ? "" : ` (${sizeText(bytes)})`}`;

interface UserWithUsage {
  account: Account;
  usage: { fileCount: number; sizeBytes: number };
}

async function withUsage(accounts: Services["accounts"], account: Account): Promise<UserWithUsage> {
  return { account, usage: await accounts.getUsage(account) };
}

const describeWithUsage = ({ account, usage }: UserWithUsage) => ({
  ...describe(account),
  files: usage.fileCount,
  bytes: usage.sizeBytes,
});

function addChanges(user: Command, output: CommandOutput): void {
  user
    .command("plan <email>")
    .description("change the plan of an account")
    .argument("<plan>", `one of: ${Object.keys(plans).join(", ")}`, parsePlan)
    .option("--ends <date>", "when the plan ends, such as 2027-01-31 (UTC); by default it never ends", parseInstant)
    .option("--yes", "do not ask for confirmation if the date is in the past")
    .option("--json", "print one JSON document")
    .action(async (email, planId, options) => {
      if (options.ends !== undefined && options.ends.getTime() <= Date.now() && options.yes !== true) {
        await confirm(
          `${options.ends.toISOString()} is in the past: ${email} would drop to the free plan immediately.`,
        );
      }
      await withServices(async (services) => {
        await services.accounts.setPlan(
          "operator",
          await services.accounts.getByEmail("operator", email),
          planId,
          options.ends,
        );
      });
      print(output, options.json === true, { email, plan: planId }, [
        `${email} is now on the ${plans[planId].title} plan.`,
      ]);
    });
  user
    .command("quota <email>")
    .description("set the quota of an account, or go back to that of its plan")
    .argument("<size>", `${QUOTA_FORMS}; 0 to allow no more uploads; \`plan\` for the quota of the plan`, parseQuota)
    .option("--json", "print one JSON document")
    .action(async (email, quota, options) => {
      const quotaBytes = quota === "plan" ? undefined : quota;
      await withServices(async ({ accounts }) => {
        await accounts.setQuota("operator", await accounts.getByEmail("operator", email), quotaBytes);
      });
      const line = quotaBytes === undefined ? "has the quota of its plan again" : `may store ${bytesText(quotaBytes)}`;
      print(output, options.json === true, { email, quotaBytes }, [`${email} ${line}.`]);
    });
  for (const isLocked of [true, false]) {
    user
      .command(`${isLocked ? "lock" : "unlock"} <email>`)
      .description(isLocked ? "lock an account and its links; nothing is removed" : "unlock an account")
      .option("--json", "print one JSON document")
      .action(async (email, options) => {
        await withServices(async (services) => {
          await services.accounts.setLocked(
            "operator",
            await services.accounts.getByEmail("operator", email),
            isLocked,
          );
        });
        print(output, options.json === true, { email, isLocked }, [`${email} is ${isLocked ? "locked" : "unlocked"}.`]);
      });
  }
}

/** Commands for what somebody signs in with. */
function addSignIn(user: Command, output: CommandOutput): void {
  user
    .command("password <email>")
    .description(
      "set a new password; it is generated and shown once, or read from standard input with --password-stdin",
    )
    .option("--password-stdin", "read the password from standard input")
    .option("--json", "print one JSON document")
    .action(async (email, options) => {
      const given = options.passwordStdin === true ? await firstLineOfStdin() : undefined;
      const password = given ?? newPasswordText();
      await withServices(async (services) => {
        await services.accounts.setPassword(
          "operator",
          await services.accounts.getByEmail("operator", email),
          password,
        );
      });
      const shown = given === undefined ? { password } : {};
      print(output, options.json === true, { email, ...shown }, [
        `${email} has a new password${given === undefined ? `: ${password}` : "."}`,
      ]);
    });
  user
    .command("email <email> <new-email>")
    .description("change the e-mail address of an account; its sessions and keys stay valid")
    .option("--json", "print one JSON document")
    .action(async (email, newEmail, options) => {
      await withServices(async ({ accounts }) =>
        accounts.setEmail("operator", await accounts.getByEmail("operator", email), newEmail),
      );
      print(output, options.json === true, { email: newEmail, formerEmail: email }, [`${email} is now ${newEmail}.`]);
    });
}

async function firstLineOfStdin(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin) text += String(chunk);
  return text.split(/\r?\n/, 1)[0] ?? "";
}
