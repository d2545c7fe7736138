import { visible } from "@consigne/contract/visible-text";
import { languageField } from "../forms.ts";
import { type Html, html } from "../html.ts";
import type { PageContext } from "../page-context.ts";
import { shownName } from "../shown-name.ts";
import type { Texts } from "../texts/texts.ts";

export interface ShownImport {
  id: number;
  source: string;
  state: keyof Texts["console"]["imports"]["states"];
  arrived: number;
  toFetch: number;
  failed: number;
  message: string;
  /** When it continues, as shown. */
  nextAt: string | undefined;
  /** Whether it can be retried, and which secrets that needs; undefined if not. */
  retry: { takesKey: boolean; takesPassword: boolean } | undefined;
  isOpen: boolean;
}

/** Imports started with the command line or a program, to be watched, cancelled and retried. */
export function importsTable(
  context: PageContext,
  imports: readonly ShownImport[],
  token: string | undefined,
): Html | false {
  const texts = context.texts.console;
  return (
    imports.length > 0 &&
    html`
    <h2>${texts.imports.title}</h2>
    <div class="keys fetched">
    <table>
    <thead><tr><th scope="col">${texts.imports.source}</th><th scope="col">${texts.imports.progress}</th><th scope="col">${texts.remote.message}</th>${token !== undefined && html`<td></td>`}</tr></thead>
    <tbody>
    ${imports.map((found) => importRow(context, found, token))}
    </tbody>
    </table>
    </div>
  `
  );
}

function importRow(context: PageContext, found: ShownImport, token: string | undefined): Html {
  const { imports: texts, remote } = context.texts.console;
  const { id, source, state, arrived, toFetch, failed, message, nextAt, isOpen, retry } = found;
  const counts = [
    texts.arrived(arrived),
    ...(toFetch > 0 ? [texts.toFetch(toFetch)] : []),
    ...(failed > 0 ? [texts.failed(failed)] : []),
  ];
  const said = [message, ...(nextAt === undefined ? [] : [texts.again(nextAt)])].filter(Boolean).join(" ");
  const name = `i${id} ${visible(source)}`;
  return html`
    <tr>
    <td>i${id} ${shownName(source)}</td>
    <td data-label="${texts.progress}">${texts.stateAndCounts(texts.states[state], counts.join(", "))}</td>
    <td${said !== "" && html` data-label="${remote.message}"`}>${visible(said)}</td>
    ${token !== undefined && html`<td>${isOpen && cancelForm(context, { id, name, token })}${retry !== undefined && retryForm(context, { id, name, token, retry })}</td>`}
    </tr>
  `;
}

interface FormOf {
  id: number;
  name: string;
  token: string;
}

function cancelForm(context: PageContext, { id, name, token }: FormOf): Html {
  const { cancel } = context.texts.console.remote;
  return html`<form method="post" action="/console/remote.pl">${hidden(context, { id, token, action: "importCancel" })}<button class="plain" aria-label="${cancel} ${name}">${cancel}</button></form>`;
}

function retryForm(
  context: PageContext,
  { id, name, token, retry }: FormOf & { retry: NonNullable<ShownImport["retry"]> },
): Html {
  const { remote, imports: texts } = context.texts.console;
  return html`<form method="post" action="/console/remote.pl">${hidden(context, { id, token, action: "importRetry" })}${
    retry.takesKey &&
    html`<div class="field"><label for="key-${id}">${texts.key}</label><input id="key-${id}" name="source_key" type="password" maxlength="512" autocomplete="off" aria-describedby="key-advice-${id}"><p class="quiet" id="key-advice-${id}">${texts.keyAdvice}</p></div>`
  }${
    retry.takesPassword &&
    html`<div class="field"><label for="pass-${id}">${texts.password}</label><input id="pass-${id}" name="pass" type="password" maxlength="512" autocomplete="off"></div>`
  }<button class="plain" aria-label="${remote.retry} ${name}">${remote.retry}</button></form>`;
}

function hidden(context: PageContext, { id, token, action }: Omit<FormOf, "name"> & { action: string }): Html {
  return html`${languageField(context)}<input type="hidden" name="token" value="${token}"><input type="hidden" name="do" value="${action}"><input type="hidden" name="id" value="${id}">`;
}
