/**
 * Access: who may come in, who may enter which room, and who may write there.
 *
 * Every answer is immediate, from the directory in memory. A hidden room can be entered by those who
 * have a place in it and by nobody else, admins included.
 */

import type { Asker, Denial, RoomDescription, Rules } from "../hub/permissions.ts";
import type { Directory } from "./directory.ts";
import type { Identity } from "./identity.ts";
import { idKey } from "./ids.ts";
import type { Members } from "./members.ts";
import type { AccessMode, RoomRecord } from "./records.ts";

const UNKNOWN: Denial = { code: "unknown_room", detail: "there is no such room" };

/** Whether a room has an address instead of a name. */
export function isHidden(room: string): boolean {
  return room.startsWith("~");
}

/** The rules of one chat. */
export class Access implements Rules {
  readonly #directory: Directory;
  readonly #members: Members;
  readonly #usesTokens: boolean;
  /** The ids of the bots. */
  #bots: ReadonlySet<string> = new Set();
  /** Whether anybody is muted or banned, or any room is closed to newcomers. */
  #isRestricted = false;

  /** @param usesTokens the operator's own program decides who comes in */
  constructor(directory: Directory, members: Members, usesTokens: boolean) {
    this.#directory = directory;
    this.#members = members;
    this.#usesTokens = usesTokens;
    directory.listen((kind) => {
      if (["mute", "closed", "member"].includes(kind)) this.#restrict();
      if (kind === "bot") this.#listBots();
    });
    this.#restrict();
    this.#listBots();
  }

  #restrict(): void {
    const { size: muted } = this.#directory.all("mute");
    const { size: closed } = this.#directory.all("closed");
    const banned = [...this.#members.all().values()].some((member) => member.banned);
    this.#isRestricted = muted + closed > 0 || banned;
  }

  #listBots(): void {
    this.#bots = new Set([...this.#directory.all("bot").values()].map(({ id }) => id));
  }

  /** How people come in. A chat with tokens is open to everybody who has one. */
  get mode(): AccessMode {
    return this.#usesTokens ? "open" : this.#directory.get("access", "mode") ?? "open";
  }

  /** Whether somebody is banned. */
  isBanned(id: string): boolean {
    return this.#isRestricted && this.#members.get(id)?.banned === true;
  }

  /** A hidden room that somebody may enter; undefined for any other. */
  hiddenRoom(id: string, room: string): RoomRecord | undefined {
    const place = this.#directory.get("place", `${room}/${idKey(id)}`);
    return place && this.#directory.get("room", room);
  }

  /** Whether somebody may enter a room; what a token says of open rooms comes first. */
  mayEnter({ id, rooms }: Pick<Identity, "id" | "rooms">, room: string): boolean {
    if (isHidden(room)) return this.hiddenRoom(id, room) !== undefined;
    return !rooms || rooms.includes(room);
  }

  denial({ person: { id } }: Asker, room: string): Denial | undefined {
    if (this.mode === "invite" && !this.#members.get(id) && !this.#bots.has(id)) {
      return { code: "not_allowed", detail: "you are no longer a member" };
    }
    if (isHidden(room)) {
      const record = this.hiddenRoom(id, room);
      if (!record) return UNKNOWN;
      if (record.archived) return { code: "not_allowed", detail: "this room is archived" };
    }
    return this.#isRestricted ? this.#restriction(id) : undefined;
  }

  #restriction(id: string): Denial | undefined {
    if (this.isBanned(id)) return { code: "not_allowed", detail: "you are banned" };
    const until = this.#directory.get("mute", idKey(id)) ?? 0;
    if (until <= Date.now()) return;
    const time = new Date(until).toISOString();
    return { code: "not_allowed", detail: `you are muted until ${time}` };
  }

  mayModerate({ person: { id }, isAdmin }: Asker, room: string): boolean {
    if (isHidden(room)) return this.#directory.get("room", room)?.owner === id;
    return isAdmin || this.#members.isAdmin(id);
  }

  admits(id: string, room: string): boolean {
    if (isHidden(room)) return this.hiddenRoom(id, room) !== undefined;
    return this.mode === "open" || this.#members.get(id) !== undefined || this.#bots.has(id);
  }

  hiddenRooms(_id: string): ReadonlySet<string> {
    return new Set();
  }

  peopleOf(_room: string): readonly { readonly id: string; readonly name: string }[] {
    return [];
  }

  personNamed(fold: string, room: string): string | undefined {
    const id = this.#directory.get("name", fold);
    return id !== undefined && this.admits(id, room) ? id : undefined;
  }

  blocks(id: string, other: string): boolean {
    return this.#directory.get("block", `${idKey(id)}/${idKey(other)}`) !== undefined;
  }

  describe(room: string): RoomDescription {
    const record = isHidden(room) ? this.#directory.get("room", room) : undefined;
    if (!record) return { access: "open" };
    const { access, title, archived } = record;
    return { access, title, archived };
  }

  isShared(room: string): boolean {
    return !isHidden(room) || this.#directory.get("room", room)?.access === "direct";
  }
}
