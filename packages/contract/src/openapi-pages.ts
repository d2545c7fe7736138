import { TUS_BODY_TYPE } from "./endpoints/tus.ts";
import { errorsOfPage, json, type PageAnswer, type PageEndpoint, type PageParameter } from "./page-endpoint.ts";
import { pageEndpoints } from "./page-endpoints.ts";
import { toWireError } from "./wire-errors.ts";

/** Security requirements of what an API key, a password or a session opens. */
export const anyCaller = [{ bearer: [] }, { keyInQuery: [] }, { basic: [] }, { session: [] }] as const;

const bodyTypes = { form: "application/x-www-form-urlencoded", multipart: "multipart/form-data" } as const;
const FILE_FIELD = "file[]";

/** The part of the OpenAPI document for URLs that are not JSON calls. */
export function pathsOfPages(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(pageEndpoints).map(([name, page]: [string, PageEndpoint]) => [
      page.path,
      Object.fromEntries(page.methods.map((method) => [method.toLowerCase(), operationOf(name, page, method)])),
    ]),
  );
}

function operationOf(name: string, page: PageEndpoint, method: string): object {
  const isAlone = page.methods.length === 1;
  return {
    operationId: isAlone ? name : `${name}By${method.slice(0, 1)}${method.slice(1).toLowerCase()}`,
    tags: ["page"],
    summary: page.summary,
    description: [page.description, ...(page.alsoAt ?? []).map((path) => `Also at \`${path}\`.`)].join("\n\n"),
    security: page.identification === "key" ? anyCaller : [],
    "x-availability": page.availability,
    ...optional("parameters", parametersOf(page)),
    ...requestBodyOf(page, method),
    responses: answersOf([...page.answers, ...refusalsOf(page)]),
  };
}

function requestBodyOf(page: PageEndpoint, method: string): object {
  if (method === "POST") return bodyOf(page);
  if (method === "PUT") return bytesBody("application/octet-stream");
  return method === "PATCH" ? bytesBody(TUS_BODY_TYPE) : {};
}

const bytesBody = (type: string) => ({
  requestBody: { required: true, content: { [type]: { schema: { type: "string", contentMediaType: type } } } },
});

function parametersOf(page: PageEndpoint): object[] {
  return page.parameters
    .filter((parameter) => !(parameter.in in bodyTypes))
    .map((parameter) => ({
      name: parameter.name,
      in: parameter.in,
      required: parameter.isRequired ?? false,
      description: parameter.description,
      schema: { type: "string" },
    }));
}

function bodyOf(page: PageEndpoint): object {
  const content = (["form", "multipart"] as const).flatMap((place) => {
    const fields = page.parameters.filter((parameter) => parameter.in === place);
    return fields.length === 0 ? [] : [[bodyTypes[place], { schema: fieldsSchema(fields) }] as const];
  });
  return content.length === 0 ? {} : { requestBody: { content: Object.fromEntries(content) } };
}

function fieldsSchema(fields: readonly PageParameter[]): object {
  return {
    type: "object",
    ...optional(
      "required",
      fields.filter((field) => field.isRequired).map((field) => field.name),
    ),
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
  };
}

function fieldSchema({ name, description }: PageParameter): object {
  if (!name.endsWith("[]")) return { type: "string", description };
  const item =
    name === FILE_FIELD ? { type: "string", contentMediaType: "application/octet-stream" } : { type: "string" };
  return { type: "array", items: item, description };
}

function refusalsOf(page: PageEndpoint): PageAnswer[] {
  return errorsOfPage(page).map((name) => {
    const { status, body } = toWireError(name);
    return { status, contentType: json, description: `${body.message}.` };
  });
}

/** Errors are the same JSON everywhere. */
function schemaOf({ status, contentType, schema }: PageAnswer): object {
  if (schema !== undefined) return reference(schema);
  if (contentType === json && status >= 400) return reference("WireError");
  return contentType?.startsWith("text/") === true ? { type: "string" } : {};
}

/** Answers with the same status become one entry, with a content for each type. */
function answersOf(answers: readonly PageAnswer[]): Record<string, object> {
  return Object.fromEntries(
    [...Map.groupBy(answers, (answer) => answer.status)].map(([status, same]) => {
      const byType = Map.groupBy(same, ({ contentType }) => contentType);
      const content = [...byType].flatMap(([contentType, ofType]) =>
        contentType === undefined ? [] : [[bareType(contentType), { schema: schemaOfAny(ofType) }] as const],
      );
      const description = same.map((answer) => answer.description).join(" ");
      return [status, { description, ...(content.length === 0 ? {} : { content: Object.fromEntries(content) }) }];
    }),
  );
}

function schemaOfAny(answers: readonly PageAnswer[]): object {
  const schemas = new Map(answers.map(schemaOf).map((schema) => [JSON.stringify(schema), schema]));
  const [first = {}, ...others] = schemas.values();
  return others.length === 0 ? first : { anyOf: [first, ...others] };
}

const reference = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const optional = (key: string, list: readonly unknown[]): object => (list.length === 0 ? {} : { [key]: list });
const bareType = (contentType: string): string => contentType.replace(/;.*$/, "");
