import { bearer, type RawAnswer, type send } from "./_wire.ts";

type Question = () => Promise<RawAnswer>;

const HTML = "text/html; charset=utf-8";
const PLAIN = "text/plain; charset=utf-8";
const JSON_BODY = "application/json; charset=utf-8";
const ABSENT = "abcdefghij0123456789";
/** Used in the names of what is made, so that each is new. */
let created = 0;

/** Requests for every answer of the console to signed-in programs. */
export function consoleQuestions(ask: {
  at(path: string, options?: Parameters<typeof send>[1]): Promise<RawAnswer>;
  post(path: string, body: string, headers?: Record<string, string>): Promise<RawAnswer>;
  signedIn(): Promise<Record<string, string>>;
  /** A key that may neither change nor see anything. */
  powerlessKey(): Promise<string>;
  /** For the signed-in user. */
  newFolder(name: string): Promise<number>;
  newFile(name: string): Promise<string>;
}): Readonly<Record<string, Question | readonly Question[]>> {
  const path = (name: string) => `/console/${name}.pl`;
  const get =
    (name: string, query = "") =>
    async () =>
      ask.at(`${path(name)}${query}`, { headers: await ask.signedIn() });
  const post = (name: string, body: string) => async () => ask.post(path(name), body, await ask.signedIn());
  const newFolder = () => ask.newFolder(`asked ${created++}`);
  const newFile = () => ask.newFile(`asked ${created++}.bin`);
  /** What all of them answer: to nobody, to a key without the right, to a form on another site. */
  const always = (name: string, isForm: boolean): Record<string, Question> => ({
    [`console.${name} 303 without a body`]: () => (isForm ? ask.post(path(name), "") : ask.at(path(name))),
    [`console.${name} 403 ${JSON_BODY}`]: async () => {
      const key = bearer(await ask.powerlessKey());
      return isForm ? ask.post(path(name), "", key) : ask.at(path(name), { headers: key });
    },
    ...(isForm
      ? {
          [`console.${name} 403 ${HTML}`]: async () => {
            const headers = { accept: "text/html", origin: "https://elsewhere.example" };
            return ask.post(path(name), "", { ...headers, ...(await ask.signedIn()) });
          },
        }
      : {}),
  });
  return {
    ...Object.fromEntries(
      ["mkdir", "rmdir", "remove", "frename", "op", "dpub", "remote"].flatMap((name) =>
        Object.entries(always(name, true)),
      ),
    ),
    ...Object.fromEntries(["link", "dirs", "get_info", "infog"].flatMap((name) => Object.entries(always(name, false)))),
    [`console.mkdir 200 ${PLAIN}`]: () => post("mkdir", `mkdir=asked${created++}`)(),
    [`console.mkdir 400 ${PLAIN}`]: post("mkdir", "mkdir="),
    [`console.mkdir 404 ${PLAIN}`]: post("mkdir", "mkdir=x&dir_id=99999999"),
    [`console.mkdir 409 ${PLAIN}`]: async () => {
      await ask.newFolder("twice");
      return post("mkdir", "mkdir=twice")();
    },
    [`console.rmdir 200 ${PLAIN}`]: async () => post("rmdir", `dir=${await newFolder()}`)(),
    [`console.rmdir 400 ${PLAIN}`]: post("rmdir", "dir=0"),
    [`console.rmdir 404 ${PLAIN}`]: post("rmdir", "dir=99999999"),
    [`console.rmdir 409 ${PLAIN}`]: async () => {
      const folder = await newFolder();
      await post("mkdir", `mkdir=inner&dir_id=${folder}`)();
      return post("rmdir", `dir=${folder}`)();
    },
    [`console.remove 200 ${PLAIN}`]: [
      async () => post("remove", `selected[]=C_0_${await newFile()}`)(),
      async () => post("remove", `selected[]=C_0_${await newFile()}&remove=1`)(),
    ],
    [`console.remove 400 ${PLAIN}`]: post("remove", "remove=1"),
    [`console.remove 404 ${PLAIN}`]: post("remove", `selected[]=${ABSENT}&remove=1`),
    [`console.frename 200 ${PLAIN}`]: async () => post("frename", `file=${await newFile()}&newname=other.bin`)(),
    [`console.frename 400 ${PLAIN}`]: async () => post("frename", `file=${await newFile()}&newname=`)(),
    [`console.frename 404 ${PLAIN}`]: post("frename", `file=${ABSENT}&newname=x`),
    [`console.op 200 ${PLAIN}`]: async () => post("op", `dragged[]=${await newFile()}&dragged_type=2`)(),
    [`console.op 400 ${PLAIN}`]: [post("op", `dragged[]=${ABSENT}`), post("op", "dragged_type=2")],
    [`console.op 404 ${PLAIN}`]: post("op", `dragged[]=${ABSENT}&dragged_type=2`),
    [`console.dpub 200 ${PLAIN}`]: async () => post("dpub", `dir=${await newFolder()}&change=1`)(),
    [`console.dpub 400 ${PLAIN}`]: [post("dpub", "dir=0&change=1"), post("dpub", "dir=99999999")],
    [`console.dpub 404 ${PLAIN}`]: post("dpub", "dir=99999999&change=1"),
    [`console.link 200 ${HTML}`]: async () => get("link", `?selected[]=C_0_${await newFile()}`)(),
    [`console.link 400 ${PLAIN}`]: [get("link"), get("link", `?${`selected[]=${ABSENT}&`.repeat(201)}`)],
    [`console.link 404 ${PLAIN}`]: get("link", `?selected[]=${ABSENT}`),
    [`console.dirs 200 ${HTML}`]: get("dirs"),
    [`console.dirs 404 ${PLAIN}`]: get("dirs", "?dir_id=99999999"),
    [`console.get_info 200 ${JSON_BODY}`]: get("get_info"),
    [`console.infog 200 ${HTML}`]: get("infog"),
    [`console.remote 200 ${HTML}`]: get("remote"),
    [`console.remote 200 ${PLAIN}`]: post("remote", "links=http%3A%2F%2F127.0.0.1%2Fx&did=0"),
    [`console.remote 400 ${PLAIN}`]: post("remote", "links=file%3A%2F%2F%2Fx"),
    [`console.remote 400 ${HTML}`]: post("remote", "do=add&links=x"),
    [`console.remote 409 ${PLAIN}`]: post("remote", `links=${"http%3A%2F%2F127.0.0.1%2Fx%0A".repeat(60)}`),
    [`console.remote 409 ${HTML}`]: post("remote", `do=add&links=${"http%3A%2F%2F127.0.0.1%2Fx%0A".repeat(60)}`),
    [`console.remote 404 ${PLAIN}`]: post("remote", "links=http%3A%2F%2F127.0.0.1%2Fx&did=99999999"),
    [`console.remote 404 ${HTML}`]: post("remote", "do=cancel&id=99999999"),
  };
}
