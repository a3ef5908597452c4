/** The calls about people and hidden rooms, against a real server. */

import { assertEquals, assertGreater, assertRejects } from "@std/assert";
import * as sdk from "../../sdk/mod.ts";
import { Caller } from "../../testing/caller.ts";
import { tokenOf } from "../../testing/cookies.ts";
import { invite, newMember, serveInvited } from "../../testing/invited.ts";
import { serveChat, test } from "../../testing/support.ts";

/** Has `fetch` send these headers to every server, as a browser sends its cookie. */
function browserWith(own: Record<string, string>): Disposable {
  const before = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(own)) headers.set(name, value);
    return before(input, { ...init, headers });
  };
  return { [Symbol.dispose]: () => globalThis.fetch = before };
}

/** The status with which a call is refused. */
async function refusalOf(call: Promise<unknown>): Promise<number> {
  return (await assertRejects(() => call, sdk.HttpError)).status;
}

const keyOf = (name: string) => `${name}-`.padEnd(32, "k");

test("createPrivateRoom: makes a room for its members, which changeRoom changes", async () => {
  await using server = await serveChat();
  const url = `http://${server.host}`;
  const [ann, ben] = ["Ann", "Ben"].map((name) => ({ url, token: keyOf(name) }));
  const benId = (await sdk.getMe(ben)).id;
  const room = await sdk.createPrivateRoom({ ...ann, name: "Ann", title: "Tea", topic: "leaves" });
  assertEquals([room.access, room.title, room.topic], ["private", "Tea", "leaves"]);
  const address = { ...ann, room: room.name };
  await sdk.changeRoom({ ...address, order: { title: "Coffee", add: [benId] } });
  const { rooms } = await sdk.listRooms(ben);
  assertEquals(rooms.map(({ title }) => title), ["Coffee"]);
  const members = await sdk.listRoomMembers(address);
  assertEquals(members.map(({ role }) => role), ["owner", "member"]);
  assertEquals(members[1].id, benId);
  await sdk.changeRoom({ ...ben, room: room.name, order: { remove: [benId] } });
  assertEquals(await refusalOf(sdk.listRoomMembers({ ...ben, room: room.name })), 404);
});

test("openDirectRoom: has the people of the room, and is the same one again", async () => {
  await using server = await serveChat();
  const ann = { url: `http://${server.host}`, token: keyOf("Ann"), name: "Ann" };
  const members = [await Caller.withKey(server, "Ben").id()];
  const first = await sdk.openDirectRoom({ ...ann, members });
  assertEquals(first.people?.length, 2);
  assertEquals((await sdk.openDirectRoom({ ...ann, members })).name, first.name);
});

test("setBlock: blocks somebody, and no longer", async () => {
  await using server = await serveChat();
  const ann = { url: `http://${server.host}`, token: keyOf("Ann") };
  const id = await Caller.withKey(server, "Ben").id();
  await sdk.setBlock({ ...ann, id, on: true });
  assertEquals((await sdk.listBlocks(ann)).map((person) => person.id), [id]);
  await sdk.setBlock({ ...ann, id, on: false });
  assertEquals(await sdk.listBlocks(ann), []);
});

test("openSession: answers with the session's person, whose sessions need that session", async () => {
  await using server = await serveChat();
  const url = `http://${server.host}`;
  const me = await sdk.openSession({ url, name: "Ann" });
  assertEquals([me.name, me.role, me.id.length], ["Ann", "member", 16]);
  for (const call of [sdk.listSessions, sdk.signOut, sdk.createDeviceLink, sdk.getMe]) {
    assertEquals(await refusalOf(call({ url })), 401, call.name);
  }
});

test("describeLink: says what a link is for, and useLink uses it up", async () => {
  await using server = await serveInvited();
  const url = `http://${server.host}`;
  const linkToken = tokenOf(await invite(server.admin));
  const purpose = await sdk.describeLink({ url, linkToken });
  assertEquals([purpose.for, purpose.by?.name, purpose.needsName], ["invite", "Ann", true]);
  assertGreater(purpose.expires, Date.now());
  assertEquals(await refusalOf(sdk.useLink({ url, linkToken, name: "ann" })), 409);
  const ben = await sdk.useLink({ url, linkToken, name: "Ben" });
  assertEquals([ben.name, ben.role], ["Ben", "member"]);
  assertEquals(await refusalOf(sdk.describeLink({ url, linkToken })), 410);
});

test("createInvite: is for admins, as is what changes members", async () => {
  await using server = await serveInvited();
  const url = `http://${server.host}`;
  using _browser = browserWith(server.admin.headers);
  const made = await sdk.createInvite({ url, uses: 2, days: 3 });
  assertEquals([made.uses, new URL(made.link).pathname], [2, "/join"]);
  assertEquals((await sdk.listInvites({ url })).map(({ id, uses }) => [id, uses]), [[made.id, 2]]);
  await sdk.withdrawInvite({ url, id: made.id });
  assertEquals(await sdk.listInvites({ url }), []);
  const link = await sdk.createSignInLink({ url, id: server.adminId });
  const purpose = await sdk.describeLink({ url, linkToken: tokenOf(link.link) });
  assertEquals([purpose.for, purpose.member?.id], ["sign-in", server.adminId]);
  assertEquals((await sdk.listSessions({ url })).map(({ current }) => current), [true]);
});

test("changeMember: changes roles and bans, but not of the last admin", async () => {
  await using server = await serveInvited();
  const url = `http://${server.host}`;
  const { id } = await newMember(server, server.admin, "Ben");
  using _browser = browserWith(server.admin.headers);
  assertEquals((await sdk.changeMember({ url, id, banned: true })).banned, true);
  await sdk.changeMember({ url, id, banned: false });
  await sdk.muteMember({ url, id, seconds: 60 });
  await sdk.muteMember({ url, id, seconds: 0 });
  const last = await refusalOf(sdk.changeMember({ url, id: server.adminId, role: "member" }));
  assertEquals(last, 409);
  const { members, more } = await sdk.listMembers({ url });
  const listed = members.map(({ name, role }) => `${name} ${role}`).sort();
  assertEquals([listed, more], [["Ann admin", "Ben member"], false]);
  await sdk.removeMember({ url, id });
  assertEquals(await refusalOf(sdk.removeMember({ url, id })), 404);
});

test("createBot: shows the token and the hook once; deleteBot ends both", async () => {
  await using server = await serveInvited();
  const url = `http://${server.host}`;
  using _browser = browserWith(server.admin.headers);
  const everywhere = await sdk.createBot({ url, name: "porter", metrics: true });
  const { id, token, hook } = await sdk.createBot({ url, name: "CI", rooms: [], hook: "builds" });
  assertEquals([token.slice(0, 4), new URL(hook!).pathname.slice(0, 7)], ["hbb_", "/hooks/"]);
  const bots = await sdk.listBots({ url });
  assertEquals(bots.map(({ name, by, rooms, metrics, hook }) => [name, by, rooms, metrics, hook]), [
    ["porter", server.adminId, undefined, true, undefined],
    ["CI", server.adminId, [], undefined, "builds"],
  ]);
  await sdk.deleteBot({ url, id });
  assertEquals((await sdk.listBots({ url })).map((bot) => bot.id), [everywhere.id]);
  assertEquals(await refusalOf(sdk.deleteBot({ url, id })), 404);
});

test("closeToNewcomers: is noted in the audit log, which readAudit reads a page at a time", async () => {
  await using server = await serveInvited();
  const url = `http://${server.host}`;
  using _browser = browserWith(server.admin.headers);
  await sdk.closeToNewcomers({ url, room: "lobby", seconds: 60 });
  await sdk.closeToNewcomers({ url, room: "lobby", seconds: 0 });
  const { entries, more } = await sdk.readAudit({ url, limit: 1 });
  assertEquals([entries.map(({ by, action, room }) => [by, action, room]), more], [
    [[server.adminId, "open", "lobby"]],
    true,
  ]);
  const older = await sdk.readAudit({ url, before: entries[0].seq });
  const closing = older.entries.at(-1)!;
  assertEquals([closing.action, older.more], ["close", false]);
  assertGreater(closing.until!, Date.now());
});
