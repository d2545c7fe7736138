import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type Letter, MailError } from "@consigne/core";
import { openFolderMailer, openSmtpMailer, parseSmtpUrl, type Sender, type SmtpAddress } from "@consigne/mail";
import { simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

const sender: Sender = {
  from: () => "Consigne <noreply@files.example.org>",
  links: {
    passwordReset: (token) => `https://files.example.org/reset.pl?token=${token}`,
    invitation: (token) => `https://files.example.org/invitation.pl?token=${token}`,
    emailConfirmation: (token) => `https://files.example.org/confirm.pl?token=${token}`,
    forgottenPassword: () => "https://files.example.org/forgotten.pl",
    keys: () => "https://files.example.org/console/params.pl",
  },
};
const token = "T".repeat(40);
const at = new Date("2026-11-28T17:05:00Z");
const to = "owner@example.org";
const reset: Letter = { kind: "password-reset", to, language: "en", token, endsAt: at };
const french: Letter = { ...reset, language: "fr" };
const changed: Letter = { kind: "password-changed", to, language: "fr", at, from: "192.0.2.7", endedKeys: false };
const never = new AbortController().signal;

interface Mailbox extends AsyncDisposable {
  messages: { raw: string; to: string[]; isSecure: boolean; user: string | undefined }[];
  address: SmtpAddress;
}

/** A real mail server on a free port, which keeps what it receives. */
async function openMailbox(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const messages: Mailbox["messages"] = [];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      password === "right" ? done(null, { user: username }) : done(new Error("wrong password")),
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        messages.push({
          raw: Buffer.concat(parts).toString("utf8"),
          to: session.envelope.rcptTo.map(({ address }) => address),
          isSecure: session.secure,
          user: session.user === undefined ? undefined : String(session.user),
        });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    messages,
    address: { host: "127.0.0.1", port, isTlsFromStart: false, user: undefined, password: undefined },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(resolve);
      }),
  };
}

async function openFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "consigne-mail-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

suite("a mail server", () => {
  test("gets letters that any mail program can read, in both languages", async () => {
    await using mailbox = await openMailbox();
    const mailer = openSmtpMailer(mailbox.address, sender);
    await mailer.send(reset, "job1", never);
    await mailer.send(french, "job2", never);
    await mailer.send(changed, "job3", never);
    await mailer.close();
    assert.deepEqual(mailer.place, { kind: "server", host: "127.0.0.1" });
    const [english, inFrench, notice] = await Promise.all(mailbox.messages.map(({ raw }) => simpleParser(raw)));
    assert.equal(english?.from?.text, '"Consigne" <noreply@files.example.org>');
    assert.equal(english.messageId, "<job1@consigne>");
    assert.equal(english.headers.get("auto-submitted"), "auto-generated");
    assert.match(english.text ?? "", /^https:\/\/files\.example\.org\/reset\.pl\?token=T{40}$/m);
    assert.match(english.text ?? "", /until 28 November 2026 at 17:05 UTC/);
    assert.equal(inFrench?.subject, "Choisir un nouveau mot de passe pour Consigne");
    assert.match(inFrench.text ?? "", /réinitialiser .* 28 novembre 2026 à 17:05 UTC/s);
    assert.equal(notice?.subject, "Votre mot de passe pour Consigne a été modifié");
    assert.match(notice.text ?? "", /depuis 192\.0\.2\.7\..*forgotten\.pl/s);
    assert.deepEqual(
      mailbox.messages.map((message) => message.to),
      [[to], [to], [to]],
    );
  });

  test("gets the letters about a new key and about changes by the operator", async () => {
    await using mailbox = await openMailbox();
    const mailer = openSmtpMailer(mailbox.address, sender);
    const created = { kind: "key-made", name: "NAS", hint: "aB3d", at, from: "192.0.2.7", to } as const;
    for (const language of ["en", "fr"] as const) {
      await mailer.send({ ...created, language }, "job1", never);
      await mailer.send({ ...changed, from: undefined, language }, "job2", never);
      await mailer.send({ ...changed, kind: "email-changed", from: undefined, language }, "job3", never);
    }
    await mailer.close();
    const letters = await Promise.all(mailbox.messages.map(({ raw }) => simpleParser(raw)));
    const texts = letters.map(({ text = "" }) => text);
    assert.match(texts[0] ?? "", /"NAS" \(aB3d\.\.\.\) .* from 192\.0\.2\.7\..*console\/params\.pl/s);
    assert.match(texts[3] ?? "", /«\u{a0}NAS\u{a0}» \(aB3d\.\.\.\) .* depuis 192\.0\.2\.7\..*console\/params\.pl/su);
    for (const text of texts.slice(1, 3)) assert.match(text, /17:05 UTC, by whoever runs the server\./);
    for (const text of texts.slice(4)) assert.match(text, /17:05 UTC, par la personne qui gère le serveur\./);
  });

  test("is told whether the keys ended with the password, in both languages", async () => {
    await using mailbox = await openMailbox();
    const mailer = openSmtpMailer(mailbox.address, sender);
    for (const language of ["en", "fr"] as const)
      for (const endedKeys of [false, true]) await mailer.send({ ...changed, language, endedKeys }, "job1", never);
    await mailer.close();
    const letters = await Promise.all(mailbox.messages.map(({ raw }) => simpleParser(raw)));
    const said = [
      /API keys work as before/,
      /all API keys were revoked/,
      /fonctionnent comme avant/,
      /clés d’API ont pris fin/,
    ];
    for (const [index, { text = "" }] of letters.entries())
      assert.deepEqual(
        said.map((pattern) => pattern.test(text)),
        said.map((_, other) => other === index),
      );
  });

  test("gets the letters about a change of address, in both languages", async () => {
    await using mailbox = await openMailbox();
    const mailer = openSmtpMailer(mailbox.address, sender);
    for (const language of ["en", "fr"] as const) {
      await mailer.send({ ...reset, kind: "email-change", language }, "job1", never);
      await mailer.send({ ...changed, kind: "email-changed", language }, "job2", never);
    }
    await mailer.close();
    const letters = await Promise.all(mailbox.messages.map(({ raw }) => simpleParser(raw)));
    assert.deepEqual(
      letters.map(({ subject }) => subject),
      [
        "Confirm your new e-mail address for Consigne",
        "The e-mail address of your Consigne account was changed",
        "Confirmer votre nouvelle adresse e-mail pour Consigne",
        "L’adresse e-mail de votre compte Consigne a été modifiée",
      ],
    );
    for (const { text } of [letters[0], letters[2]].filter((letter) => letter !== undefined))
      assert.match(text ?? "", /^https:\/\/files\.example\.org\/confirm\.pl\?token=T{40}$/m);
    for (const { text } of [letters[1], letters[3]].filter((letter) => letter !== undefined))
      assert.match(text ?? "", /192\.0\.2\.7.*owner@example\.org/s);
  });

  test("gets one recipient, whatever the address contains", async () => {
    await using mailbox = await openMailbox();
    const mailer = openSmtpMailer(mailbox.address, sender);
    await mailer.send({ ...reset, to: "a,b;c(d)@example.org" }, "job", never);
    await mailer.close();
    assert.equal(mailbox.messages[0]?.to.length, 1);
  });

  test("on another host gets a password over TLS only, with a valid certificate", async () => {
    for (const hideSTARTTLS of [true, false]) {
      await using mailbox = await openMailbox({ hideSTARTTLS });
      // Another form of the loopback address, which is not treated as loopback.
      const elsewhere = { ...mailbox.address, host: "::ffff:127.0.0.1", user: "files", password: "right" };
      const mailer = openSmtpMailer(elsewhere, sender);
      await assert.rejects(mailer.send(reset, "job", never), MailError);
      await mailer.close();
      assert.equal(mailbox.messages.length, 0);
    }
  });

  test("accepts letters after signing in over TLS", async () => {
    await using mailbox = await openMailbox({ authOptional: false });
    const mailer = openSmtpMailer({ ...mailbox.address, user: "files", password: "right" }, sender);
    await mailer.send(reset, "job", never);
    await mailer.close();
    assert.equal(mailbox.messages[0]?.isSecure, true);
    assert.equal(mailbox.messages[0].user, "files");
  });

  test("that refuses the recipient for good is not retried; one that is busy, full or has another password is", async () => {
    const refusing = (responseCode: number) =>
      openMailbox({
        onRcptTo: (_address, _session, done) => done(Object.assign(new Error("refused"), { responseCode })),
      });
    for (const [code, isFinal] of [
      [550, true],
      [450, false],
      [452, false],
    ] as const) {
      await using mailbox = await refusing(code);
      const mailer = openSmtpMailer(mailbox.address, sender);
      await assert.rejects(mailer.send(reset, "job", never), (error) => {
        assert.ok(error instanceof MailError);
        assert.equal(error.isFinal, isFinal, String(code));
        assert.ok(!error.message.includes(token));
        return true;
      });
      await mailer.close();
    }
    await using mailbox = await openMailbox();
    const wrong = { ...mailbox.address, user: "files", password: "wrong" };
    const mailer = openSmtpMailer(wrong, sender);
    await assert.rejects(
      mailer.send(reset, "job", never),
      (error) => error instanceof MailError && !error.isFinal && !error.message.includes("wrong password for"),
    );
    await mailer.close();
  });

  test("that refuses more than this letter is asked again, as its operator or ours may correct it", async () => {
    const refused = Object.assign(new Error("refused"), { responseCode: 550 });
    const answers: [boolean, SMTPServerOptions][] = [
      [false, { onConnect: (_session, done) => done(refused) }],
      [false, { onMailFrom: (_address, _session, done) => done(refused) }],
      [true, { onData: (stream, _session, done) => stream.on("end", () => done(refused)).resume() }],
    ];
    for (const [isFinal, options] of answers) {
      await using mailbox = await openMailbox(options);
      const mailer = openSmtpMailer(mailbox.address, sender);
      await assert.rejects(mailer.send(reset, "job", never), { name: "MailError", isFinal });
      await mailer.close();
    }
  });

  test("is quoted once, with what it refused", async () => {
    const refused = (text: string) => Object.assign(new Error(text), { responseCode: 450 });
    const answers: [string, SMTPServerOptions][] = [
      ["refused the connection: 450 Too busy", { onConnect: (_session, done) => done(refused("Too busy")) }],
      ["refused the sender: 450 Not you", { onMailFrom: (_address, _session, done) => done(refused("Not you")) }],
      ["refused the recipient: 450 Full", { onRcptTo: (_address, _session, done) => done(refused("Full")) }],
      [
        "refused the e-mail: 450 Looks like spam",
        { onData: (stream, _session, done) => stream.on("end", () => done(refused("Looks like spam"))).resume() },
      ],
    ];
    for (const [said, options] of answers) {
      await using mailbox = await openMailbox(options);
      const mailer = openSmtpMailer(mailbox.address, sender);
      await assert.rejects(mailer.send(reset, "job", never), { message: `The mail server 127.0.0.1 ${said}` });
      await mailer.close();
    }
    await using mailbox = await openMailbox();
    const mailer = openSmtpMailer({ ...mailbox.address, user: "files", password: "wrong" }, sender);
    await assert.rejects(mailer.send(reset, "job", never), {
      message: "The mail server 127.0.0.1 refused the user name or password: 535 wrong password",
    });
    await mailer.close();
  });

  test("is quoted on one line", async () => {
    const answers = { RCPT: "550-5.1.1 There is no such account.\r\n550 5.1.1 Check the spelling.", else: "250 ok" };
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.write("220 ready\r\n");
      socket.on("data", (line) => socket.write(`${answers[String(line).startsWith("RCPT") ? "RCPT" : "else"]}\r\n`));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const address = { host: "127.0.0.1", port, isTlsFromStart: false, user: undefined, password: undefined };
    const mailer = openSmtpMailer(address, sender);
    await assert.rejects(mailer.send(reset, "job", never), {
      isFinal: true,
      message:
        "The mail server 127.0.0.1 refused the recipient: 550 5.1.1 There is no such account. Check the spelling.",
    });
    await mailer.close();
    server.close();
    await once(server, "close");
  });

  test("that does not answer is a failure to retry", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, "close");
    const address = { host: "127.0.0.1", port, isTlsFromStart: false, user: undefined, password: undefined };
    const mailer = openSmtpMailer(address, sender);
    await assert.rejects(mailer.send(reset, "job", never), {
      name: "MailError",
      isFinal: false,
      message: "The mail server 127.0.0.1 cannot be reached: connection refused",
    });
    await mailer.close();
  });
});

suite("the outbox", () => {
  test("contains private letters, one file for each however often it is sent", async () => {
    await using folder = await openFolder();
    const outbox = join(folder.path, "outbox");
    const mailer = openFolderMailer(outbox, sender);
    await mailer.send(reset, "job1", never);
    await mailer.send(reset, "job1", never);
    await mailer.send(changed, "job2", never);
    assert.deepEqual((await readdir(outbox)).toSorted(), ["password-changed-job2.eml", "password-reset-job1.eml"]);
    assert.equal((await stat(outbox)).mode & 0o777, 0o700);
    assert.equal((await stat(join(outbox, "password-reset-job1.eml"))).mode & 0o777, 0o600);
    const letter = await simpleParser(await readFile(join(outbox, "password-reset-job1.eml")));
    assert.equal(letter.subject, "Set a new password for Consigne");
    assert.match(letter.text ?? "", new RegExp(token));
    assert.deepEqual(mailer.place, { kind: "folder", path: outbox });
  });

  test("contains letters whose link can be copied without a mail program", async () => {
    const outbox = await mkdtemp(join(tmpdir(), "consigne-mail-"));
    try {
      const mailer = openFolderMailer(outbox, sender);
      await mailer.send(reset, "english", never);
      await mailer.send(french, "french", never);
      for (const id of ["english", "french"]) {
        const written = await readFile(join(outbox, `password-reset-${id}.eml`), "utf8");
        assert.ok(written.split("\n").includes(sender.links.passwordReset(token)), written);
        const { text, subject } = await simpleParser(written);
        assert.ok(text?.includes(sender.links.passwordReset(token)));
        if (id === "french")
          assert.ok(text?.includes("a demandé à réinitialiser") && subject?.includes("mot de passe"));
      }
    } finally {
      await rm(outbox, { recursive: true });
    }
  });

  test("keeps the newest thousand letters, and other files", async () => {
    await using folder = await openFolder();
    const outbox = join(folder.path, "outbox");
    await mkdir(outbox);
    await writeFile(join(outbox, "notes.txt"), "");
    for (let number = 0; number < 1099; number += 1) {
      const path = join(outbox, `password-reset-${number}.eml`);
      await writeFile(path, "");
      await utimes(path, at, new Date(at.getTime() - number * 1000));
    }
    await openFolderMailer(outbox, sender).send(reset, "new", never);
    const kept = new Set(await readdir(outbox));
    assert.equal(kept.size, 1001);
    for (const name of ["notes.txt", "password-reset-new.eml", "password-reset-0.eml", "password-reset-998.eml"])
      assert.ok(kept.has(name), name);
    assert.ok(!kept.has("password-reset-999.eml"));
  });

  test("reports that it cannot be written and leaves nothing half-written", async () => {
    await using folder = await openFolder();
    const outbox = join(folder.path, "outbox");
    await writeFile(outbox, "a file in the way");
    await assert.rejects(openFolderMailer(outbox, sender).send(reset, "job", never), (error) => {
      assert.ok(error instanceof MailError && !error.isFinal);
      assert.match(error.message, /outbox/);
      return true;
    });
    assert.deepEqual(await readdir(folder.path), ["outbox"]);
    const gone = join(folder.path, "gone/outbox");
    await assert.rejects(openFolderMailer(gone, sender).send(reset, "job", never), MailError);
    assert.deepEqual(await readdir(folder.path), ["outbox"], "does not create a data folder");
  });
});

suite("a mail server's URL", () => {
  test("has the usual port by default, and a password that is decoded", () => {
    assert.deepEqual(parseSmtpUrl("smtp://mail.example.org"), {
      host: "mail.example.org",
      port: 587,
      isTlsFromStart: false,
      user: undefined,
      password: undefined,
    });
    assert.deepEqual(parseSmtpUrl("smtps://me%40example.org:a%2Fb%40c@[2001:db8::1]:2525/"), {
      host: "2001:db8::1",
      port: 2525,
      isTlsFromStart: true,
      user: "me@example.org",
      password: "a/b@c",
    });
    assert.equal(parseSmtpUrl("smtps://mail.example.org")?.port, 465);
  });

  test("is refused if invalid or incomplete", () => {
    const bad = [
      "",
      "mail.example.org",
      "http://x",
      "smtp://",
      "smtp://me@x",
      "smtp://:p@x",
      "smtp://x/path",
      "smtp://x?a=b",
    ];
    for (const text of [...bad, "smtp://a:%zz@x"]) assert.equal(parseSmtpUrl(text), undefined, text);
  });
});
