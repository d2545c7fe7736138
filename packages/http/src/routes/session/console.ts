import { type PageEndpoint, pageEndpoints } from "@consigne/contract";
import { type AccountActor, type ApiKey, type DoorServices, isAccountActor, planInForce } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { creditsPage, overviewPage, planPage, settingsPage, type ShownKey } from "../../pages/account/console-pages.ts";
import type { Page } from "../../pages/layout.ts";
import type { PageContext } from "../../pages/page-context.ts";
import { identifyVisitor, redirectToSignIn } from "../../sessions/visitor.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";

/** Ends no plan: JDownloader takes an account whose subscription does not end in the future for a free one. */
const LATE_DAY = "2099-12-31";
/** On a page; the rest are at the command line. */
const MOST_KEYS = 250;

type Services = Pick<DoorServices, "accounts" | "admission" | "keys">;
type Show = (context: PageContext, actor: AccountActor) => Page | Promise<Page>;

interface ConsolePage {
  page: PageEndpoint;
  /** What a key must be allowed to read. */
  area?: "keys";
  show: Show;
}

/** The pages of the console that clients of 1fichier.com read, for people too. A key opens those that its rights cover. */
export function addConsole(app: FastifyInstance, services: Services, settings: EdgeSettings): void {
  const now = () => settings.clock.now();
  const pages: readonly ConsolePage[] = [
    {
      page: pageEndpoints.consoleIndex,
      show: async (context, { account }) =>
        overviewPage(context, {
          email: account.email,
          plan: planInForce(account, now()),
          usedBytes: (await services.accounts.getUsage(account)).sizeBytes,
        }),
    },
    {
      page: pageEndpoints.consolePlan,
      show: (context, { account }) => {
        const { planEndsAt } = account;
        return planPage(context, {
          plan: planInForce(account, now()),
          endsOn: planEndsAt === undefined ? LATE_DAY : settings.times.toWire(planEndsAt).slice(0, LATE_DAY.length),
          hasEnded: planEndsAt !== undefined && planEndsAt <= now(),
        });
      },
    },
    {
      page: pageEndpoints.consoleSettings,
      area: "keys",
      show: async (context, actor) => {
        const keys = await services.keys.list(actor, actor.account);
        return settingsPage(
          context,
          keys.first.slice(0, MOST_KEYS).map((key) => shownKey(key, settings)),
        );
      },
    },
    { page: pageEndpoints.consoleCredits, show: (context) => creditsPage(context) },
  ];
  for (const { page, area = "account", show } of pages) {
    addPageRoute(app, page, (request, reply) => answer(request, reply, { services, settings, area, show }));
  }
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { services, settings, area, show }: AnswerParts,
): Promise<FastifyReply> {
  const actor = await identifyVisitor(request, services, settings);
  const needs = { area, right: "read", isForCustomers: false } as const;
  const isKnown = isAccountActor(actor) && services.admission.hasRight(actor, needs);
  if (!isKnown) return redirectToSignIn(request, reply);
  const context = pageContextOf(request, settings);
  return sendPage(reply, context, await show(context, actor));
}

interface AnswerParts {
  services: Services;
  settings: EdgeSettings;
  area: "account" | "keys";
  show: Show;
}

function shownKey(key: ApiKey, { clock, times }: EdgeSettings): ShownKey {
  const shown = (date: Date | undefined) => (date === undefined ? undefined : times.toWire(date));
  const hasEnded = key.expiresAt !== undefined && key.expiresAt <= clock.now();
  return {
    name: key.name,
    hint: key.hint,
    usedAt: shown(key.lastUsedAt),
    endsAt: shown(key.expiresAt),
    isOver: key.revokedAt !== undefined || key.endedAt !== undefined || hasEnded,
  };
}
