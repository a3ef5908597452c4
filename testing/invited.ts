/** Chats in which people come by invitation, and their members. */

import { assertEquals } from "@std/assert";
import { Browser } from "./cookies.ts";
import { type ChatServer, serveChat } from "./servers.ts";

/** A chat with invitations that has an admin. */
export interface InvitedServer extends ChatServer {
  readonly admin: Browser;
  readonly adminId: string;
}

/** Serves a chat with invitations, whose first admin is called Ann. */
export async function serveInvited(...flags: string[]): Promise<InvitedServer> {
  const server = await serveChat("--access", "invite", ...flags);
  const admin = new Browser(server);
  const { status, body } = await admin.join(await firstLink(server), "Ann");
  assertEquals([status, body.role], [201, "admin"]);
  return { ...server, admin, adminId: body.id };
}

/** An operator's link that makes an admin. */
export function firstLink({ chat, host }: ChatServer): Promise<string> {
  return chat.inviteAdmin(`http://${host}`);
}

/** An invitation by an admin. */
export async function invite(admin: Browser, order: unknown = {}): Promise<string> {
  const { status, body } = await admin.ask("POST", "/invites", order);
  assertEquals(status, 201);
  return body.link;
}

/** A browser whose person joins with an invitation by this admin. */
export async function newMember(
  server: Pick<ChatServer, "host">,
  admin: Browser,
  name: string,
): Promise<{ browser: Browser; id: string }> {
  const browser = new Browser(server);
  const { status, body } = await browser.join(await invite(admin), name);
  assertEquals([status, body.name], [201, name]);
  return { browser, id: body.id };
}

/** Two servers with invitations that share a database. */
export async function serveTwo(db: string): Promise<[InvitedServer, ChatServer]> {
  const first = await serveInvited("--db", db);
  return [first, await serveChat("--db", db)];
}
