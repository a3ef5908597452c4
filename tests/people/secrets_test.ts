/** Secrets are nowhere but with their owners: not in the database, the log or an error. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { openJournal } from "../../journal/open.ts";
import { Browser, tokenOf } from "../../testing/cookies.ts";
import { type InvitedServer, newMember, serveInvited } from "../../testing/invited.ts";
import { redisTest } from "../../testing/redis.ts";
import { OwnRedis } from "../../testing/redis_server.ts";
import { Peer, rememberingLog, serveChat, test } from "../../testing/support.ts";
import { withFolder } from "../../testing/sqlite.ts";

/** Everything in the files of a folder. */
function bytesIn(folder: string): string {
  return [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile)
    .map(({ name }) => new TextDecoder("latin1").decode(Deno.readFileSync(`${folder}/${name}`)))
    .join("\n");
}

/** The parts of a cookie or link that must not be found. */
function partsOf(secret: string): string[] {
  return (secret.split(/[=#]/).at(-1) ?? "").split(".").filter((part) => part.length > 20);
}

/** Uses every kind of secret; answers with them, and with what errors said. */
async function useSecrets(server: InvitedServer): Promise<{ secrets: string[]; errors: string }> {
  const { admin } = server;
  const { browser, id } = await newMember(server, admin, "Bob");
  const links: string[] = [];
  for (const path of ["/invites", "/me/link", `/members/${id}/link`]) {
    links.push((await admin.ask("POST", path, path === "/invites" ? {} : undefined)).body.link);
  }
  const [invited] = links;
  const secrets = [admin.cookie!, browser.cookie!, ...links];
  const other = new Browser(server);
  assertEquals((await other.join(invited, "Cid")).status, 201);
  secrets.push(other.cookie!);
  let errors = JSON.stringify((await new Browser(server).join(invited, "Eve")).body);
  await using peer = await Peer.join(server.host, "/rooms/lobby", other.headers);
  await peer.next("welcome");
  await other.ask("POST", "/me/sign-out");
  await peer.closed;
  const key = "k".repeat(40);
  for (const path of [`/rooms?token=${key}`, `/ws?token=${tokenOf(invited)}`, "/me"]) {
    errors += JSON.stringify((await other.ask("GET", path)).body);
  }
  return { secrets: [...secrets, key], errors };
}

function assertAbsent(secrets: readonly string[], text: string, where: string): void {
  const parts = secrets.flatMap(partsOf);
  assertGreater(parts.length, 8);
  for (const part of parts) assert(!text.includes(part), `${part} in ${where}`);
}

test("SessionStore.start: no secret is in the database, the log or an error, over SQLite", async () => {
  await withFolder(async (folder) => {
    const server = await serveInvited("--db", `${folder}/chat.db`);
    const { secrets, errors } = await useSecrets(server);
    const bytes = bytesIn(folder);
    await server[Symbol.asyncDispose]();
    // The search would find them.
    assert(bytes.includes(server.adminId));
    assertAbsent(secrets, bytes, "the database");
    assertAbsent(secrets, bytesIn(folder), "the closed database");
    assertAbsent(secrets, server.log.events.join("\n"), "the log");
    assertAbsent(secrets, errors, "an error");
  });
});

redisTest("SessionStore.start: no secret is in Redis' files", async () => {
  await using redis = await OwnRedis.start("--appendonly", "yes", "--rdbcompression", "no");
  await using server = await serveInvited("--db", redis.url);
  const { secrets } = await useSecrets(server);
  await redis.ask("SAVE");
  const bytes = bytesIn(redis.folder) + bytesIn(`${redis.folder}/appendonlydir`);
  assert(bytes.includes(server.adminId));
  assertAbsent(secrets, bytes, "Redis");
});

test("postMe: nothing is stored about visitors who come, talk and go", async () => {
  await withFolder(async (folder) => {
    const db = `${folder}/chat.db`;
    const server = await serveChat("--db", db);
    const browser = new Browser(server);
    await browser.open({ name: "Vic", email: "vic@example.org" });
    await browser.ask("PATCH", "/me", { name: "Victor" });
    await browser.ask("GET", "/me/sessions");
    await using peer = await Peer.join(server.host, "/rooms/lobby?name=Vic", browser.headers);
    peer.say("hello");
    await peer.next("message");
    await server[Symbol.asyncDispose]();
    const options = { db, keep: 0, sync: "normal", maxMessage: 4_096 } as const;
    const journal = await openJournal(options, rememberingLog());
    const { changes } = await journal.settings("@directory", { limit: 10 });
    await journal.close();
    assertEquals(changes, []);
    assertAbsent(
      [browser.cookie!, ...Array(5).fill(browser.cookie!)],
      bytesIn(folder),
      "the database",
    );
  });
});
