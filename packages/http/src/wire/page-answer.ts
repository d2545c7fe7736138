import type { FastifyReply } from "fastify";
import { pageSecurityPolicy } from "../pages/html.ts";

/** A page of ours: no script, no frame, nothing from elsewhere. */
export function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.header("content-security-policy", pageSecurityPolicy).type("text/html; charset=utf-8").send(html);
}
