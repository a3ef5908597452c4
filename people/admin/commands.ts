/**
 * The commands of an operator, who may do everything.
 *
 * Each answers with lines to print. What it does is in the audit log, by nobody: an operator has no id.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Journal } from "../../journal/journal.ts";
import { shownName } from "../../wire/wire.ts";
import { isHidden } from "../access.ts";
import type { NewLink } from "../links.ts";
import type { People } from "../people.ts";
import { Refused } from "../refused.ts";
import type { RecordDrafts } from "../room_log.ts";
import { deletionOf, forget, roomsOf } from "./forget.ts";
import type { AdminOrder } from "./order.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Who deletes for an operator. */
const OPERATOR = "operator";

/** What the commands work with. */
export interface AdminServices {
  readonly people: People;
  readonly journal: Journal;
  readonly record: RecordDrafts;
  /** Takes somebody out of the private rooms that they are in. */
  readonly leaveAll: (by: string, id: string) => Promise<void>;
  /** The address of a link. */
  readonly linkOf: (link: NewLink) => string;
  /** The address of a hook. */
  readonly hookOf: (token: string) => string;
}

type Run = (order: AdminOrder, services: AdminServices) => Promise<string[]> | string[];

/**
 * Does what an operator asks for.
 *
 * @returns the lines to print
 * @throws {Refused} if it is not possible
 */
export async function runOrder(order: AdminOrder, services: AdminServices): Promise<string[]> {
  return await COMMANDS[order.command](order, services);
}

const COMMANDS: Readonly<Record<string, Run>> = {
  async invite({ flags, given }, { people, linkOf }) {
    const { role, uses, days, room: rooms } = flags;
    const addresses = rooms.map((room) => hiddenRoom(room, people));
    // An admin's link lets its user do everything: once, and soon.
    const isAdmin = role === "admin";
    const expires = Date.now() +
      (isAdmin && !given.has("days") ? LIMITS.adminLinkMs : days * DAY_MS);
    const order = { kind: "invite", by: "", role, expires, uses } as const;
    const link = await people.links.create({
      ...order,
      ...(addresses.length > 0 && { rooms: addresses }),
    });
    await people.audit.note({ by: "", action: "invite" });
    return [linkOf(link)];
  },
  async link({ words: [id] }, { people, linkOf }) {
    const member = people.members.get(id);
    if (!member) throw new Refused("unknown", "there is no such member");
    if (member.banned) throw new Refused("conflict", "this member is banned");
    const expires = Date.now() + LIMITS.adminLinkMs;
    const link = await people.links.create({ kind: "sign-in", by: "", member: id, expires });
    await people.audit.note({ by: "", action: "link", to: id });
    return [linkOf(link)];
  },
  members(_, { people: { members, store } }) {
    return members.ids().map((id) => {
      const { name, role, banned } = members.get(id)!;
      const seen = store.lastSeen(id);
      return [id, role, shownName({ id, name }), banned ? "banned" : "", timeOf(seen)].join("\t");
    });
  },
  async role({ words: [id, role] }, { people }) {
    if (role !== "admin" && role !== "member") {
      throw new Refused("bad", "the role is admin or member");
    }
    await people.removal.change("", id, { role }, people.access.mode === "open");
    return [`${id} is ${role} now`];
  },
  async remove({ words: [id] }, { people, leaveAll }) {
    await people.removal.remove("", id);
    await leaveAll("", id);
    return [`${id} is removed`];
  },
  async ban({ words: [id] }, { people }) {
    await people.removal.change("", id, { banned: true }, people.access.mode === "open");
    return [`${id} is banned`];
  },
  async unban({ words: [id] }, { people }) {
    await people.removal.change("", id, { banned: false }, false);
    return [`${id} is no longer banned`];
  },
  async "sign-out"({ words: [id], flags: { all } }, { people }) {
    const ids = all ? people.members.ids() : [id];
    for (const one of ids) await people.removal.signOut("", one);
    return [all ? `${ids.length} members are signed out` : `${id} is signed out`];
  },
  async rooms(_, { people, journal }) {
    const lines: string[] = [];
    for await (const name of roomsOf(journal)) {
      const { access, title = "" } = people.access.describe(name);
      const [room] = await journal.rooms({ names: [name], limit: 1 });
      lines.push([name, access, title, `${room?.messages ?? 0} messages`].join("\t"));
    }
    return lines;
  },
  async delete({ words: [room, seq] }, { record, journal, people }) {
    const of = Number(seq);
    const name = await journal.resolve(room);
    if (!Number.isSafeInteger(of) || of < 1) {
      throw new Refused("bad", "a message is named by its number");
    }
    const { messages: [message] } = await journal.page(name, { after: of - 1, limit: 1 });
    if (message?.seq !== of) throw new Refused("unknown", "there is no such message");
    await record([deletionOf(name, of, OPERATOR)]);
    await people.audit.note({ by: "", action: "delete", to: message.from, room: name, of });
    return [`message ${of} in ${name} is deleted`];
  },
  async forget({ words: [id] }, { record, journal, people }) {
    const deleted = await forget(journal, record, id);
    await people.audit.note({ by: "", action: "forget", to: id });
    const reason = await journal.erase();
    const what = `${deleted} messages of ${id} are deleted`;
    return [what, reason === undefined ? "they are gone from the files" : `the files: ${reason}`];
  },
  bots(_, { people }) {
    return people.bots.list().map(({ id, name, rooms, hook }) =>
      [id, name, rooms?.join(",") ?? "all open rooms", hook ? `hook: ${hook.room}` : ""].join("\t")
    );
  },
  async bot({ words: [name], flags: { room: rooms, metrics, hook } }, { people, hookOf }) {
    if ([...rooms, hook].some(isHidden)) {
      throw new Refused("bad", "a member of a hidden room lets a bot in, with POST /bots");
    }
    const order = { name, by: "", metrics, hook: hook || undefined };
    const made = await people.bots.create(rooms.length > 0 ? { ...order, rooms } : order);
    await people.audit.note({ by: "", action: "bot", to: made.bot.id });
    return [made.token, ...made.hookToken === undefined ? [] : [hookOf(made.hookToken)]];
  },
  async "delete-bot"({ words: [id] }, { people }) {
    await people.bots.remove("", id);
    await people.audit.note({ by: "", action: "delete bot", to: id });
    return [`${id} is deleted`];
  },
  async audit({ flags: { limit } }, { people }) {
    const { entries } = await people.audit.read(limit);
    return entries.map(({ at, by, action, ...rest }) =>
      [timeOf(at), by || OPERATOR, action, JSON.stringify(rest)].join("\t")
    );
  },
};

function hiddenRoom(room: string, { access }: People): string {
  if (access.hidden.get(room)?.access === "private") return room;
  throw new Refused("unknown", `there is no private room ${room}`);
}

function timeOf(at: number | undefined): string {
  return at ? new Date(at).toISOString() : "";
}
