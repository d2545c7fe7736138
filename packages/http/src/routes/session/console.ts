import { type PageEndpoint, pageEndpoints } from "@consigne/contract";
import { type AccountActor, type EdgeServices, isAccountActor, planInForce } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { creditsPage, overviewPage, planPage } from "../../pages/account/console-pages.ts";
import type { Page } from "../../pages/layout.ts";
import type { PageContext } from "../../pages/page-context.ts";
import { identifyVisitor, redirectToSignIn } from "../../sessions/visitor.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";

type Services = Pick<EdgeServices, "accounts" | "admission">;
type Show = (context: PageContext, actor: AccountActor) => Page | Promise<Page>;

interface ConsolePage {
  page: PageEndpoint;
  show: Show;
}

/** The console pages that 1fichier.com's clients read, for people too. A key opens those that its rights cover. */
export function addConsole(app: FastifyInstance, services: Services, settings: EdgeSettings): void {
  const now = () => settings.clock.now();
  const pages: readonly ConsolePage[] = [
    {
      page: pageEndpoints.consoleIndex,
      show: async (context, { account }) =>
        overviewPage(context, {
          email: account.email,
          plan: planInForce(account, now()),
          usedBytes: (await services.accounts.getUsage(account)).countedBytes,
        }),
    },
    {
      page: pageEndpoints.consolePlan,
      show: (context, { account }) => {
        const { planEndsAt } = account;
        return planPage(context, {
          plan: planInForce(account, now()),
          endsOn:
            planEndsAt === undefined ? undefined : settings.times.toWire(planEndsAt).slice(0, "YYYY-MM-DD".length),
          hasEnded: planEndsAt !== undefined && planEndsAt <= now(),
        });
      },
    },
    { page: pageEndpoints.consoleCredits, show: (context) => creditsPage(context) },
  ];
  for (const { page, show } of pages) {
    addPageRoute(app, page, (request, reply) => answer(request, reply, { services, settings, show }));
  }
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { services, settings, show }: AnswerParts,
): Promise<FastifyReply> {
  const actor = await identifyVisitor(request, services, settings);
  const needs = { area: "account", right: "read", isForCustomers: false } as const;
  const isKnown = isAccountActor(actor) && services.admission.hasRight(actor, needs);
  if (!isKnown) return redirectToSignIn(request, reply);
  const context = pageContextOf(request, settings);
  return sendPage(reply, context, await show(context, actor));
}

interface AnswerParts {
  services: Services;
  settings: EdgeSettings;
  show: Show;
}
