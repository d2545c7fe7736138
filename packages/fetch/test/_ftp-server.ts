import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** What the server does instead of its normal behaviour. A text is a reply, undefined leaves the command unanswered. */
export type FtpLies = Partial<Record<string, (argument: string, server: FtpServer) => string | undefined>>;

/** An FTP server with one file, which a test can make misbehave. */
export interface FtpServer extends AsyncDisposable {
  port: number;
  dataPort: number;
  /** In the order they were received. */
  commands: string[];
  dataConnections: number;
  open: Set<Socket>;
}

export async function openFtpServer(
  file: string,
  lies: FtpLies & { greeting?: () => string | undefined } = {},
  { host = "127.0.0.1", sends = (socket: Socket, rest: string) => void socket.end(rest) } = {},
): Promise<FtpServer> {
  const data = createServer();
  const control = createServer();
  const open = new Set<Socket>();
  for (const server of [data, control])
    server.on("connection", (socket) => {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => open.delete(socket));
    });
  await Promise.all([listen(data, host), listen(control, host)]);
  const state: FtpServer = {
    port: portOf(control),
    dataPort: portOf(data),
    commands: [],
    dataConnections: 0,
    open,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await Promise.all([data, control].map(closing));
    },
  };
  let waiting = Promise.withResolvers<Socket>();
  data.on("connection", (socket) => {
    state.dataConnections += 1;
    waiting.resolve(socket);
  });
  control.on("connection", (socket) => {
    let from = 0;
    let received = "";
    const say = (text: string | undefined) => text !== undefined && socket.write(`${text}\r\n`);
    const transfer = async () => {
      const line = await waiting.promise;
      waiting = Promise.withResolvers<Socket>();
      const closed = new Promise((resolve) => {
        line.once("close", resolve);
      });
      sends(line, file.slice(from));
      from = 0;
      await closed;
      say(lies["END"] === undefined ? "226 Transfer complete." : lies["END"]("", state));
    };
    const usual: Record<string, (argument: string) => string> = {
      USER: () => "331 Password?",
      PASS: () => "230 Welcome.",
      TYPE: () => "200 Binary.",
      SIZE: () => `213 ${file.length}`,
      MDTM: () => "213 20261128100000",
      EPSV: () => `229 Extended passive (|||${state.dataPort}|)`,
      PASV: () => `227 Passive (127,0,0,1,${state.dataPort >> 8},${state.dataPort & 255})`,
      REST: (argument) => {
        from = Number(argument);
        return "350 Restarting.";
      },
      RETR: () => {
        void transfer();
        return "150 Here it comes.";
      },
    };
    say(lies.greeting === undefined ? "220-Hello\r\n 230 in the middle\r\n220 Ready." : lies.greeting());
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      received += chunk;
      for (let end = received.indexOf("\r\n"); end !== -1; end = received.indexOf("\r\n")) {
        const command = received.slice(0, end);
        received = received.slice(end + 2);
        state.commands.push(command);
        const [, verb = "", argument = ""] = /^(\S*) ?(.*)$/s.exec(command) ?? [];
        const lie = lies[verb];
        say(lie === undefined ? (usual[verb]?.(argument) ?? "502 Unknown.") : lie(argument, state));
      }
    });
  });
  return state;
}

const closing = (server: Server): Promise<unknown> =>
  new Promise((resolve) => {
    server.close(resolve);
  });

async function listen(server: Server, host: string): Promise<void> {
  server.listen(0, host);
  await once(server, "listening");
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
