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
  /** The operator's own program decides who comes in. */
  readonly usesTokens: boolean;
  /** The ids of the bots, once somebody has asked. */
  #bots: ReadonlySet<string> | undefined;
  /** Whether anybody is muted or banned, or any room is closed; once somebody has asked. */
  #isRestricted: boolean | undefined;

  /** What the directory said last. */
  #lastMode: AccessMode = "open";

  constructor(directory: Directory, members: Members, usesTokens: boolean) {
    this.#directory = directory;
    this.#members = members;
    this.usesTokens = usesTokens;
    directory.listen((kind) => {
      if (["mute", "closed", "member"].includes(kind)) this.#isRestricted = undefined;
      if (kind === "bot") this.#bots = undefined;
      if (kind === "access") this.#noteMode();
    });
    this.#noteMode();
  }

  #noteMode(): void {
    this.#lastMode = this.#directory.get("access", "mode") ?? this.#lastMode;
  }

  #hasRestrictions(): boolean {
    const { size: muted } = this.#directory.all("mute");
    const { size: closed } = this.#directory.all("closed");
    return this.#isRestricted ??= muted + closed > 0 ||
      this.#members.all().values().some((member) => member.banned === true);
  }

  #isBot(id: string): boolean {
    this.#bots ??= new Set(this.#directory.all("bot").values().map(({ id }) => id));
    return this.#bots.has(id);
  }

  /** How people come in. A journal that has lost its entries opens a chat to nobody. */
  get mode(): AccessMode {
    return this.usesTokens ? "token" : this.#lastMode;
  }

  /** Whether nobody can come in here, since another server requires tokens and this one cannot check any. */
  get isLocked(): boolean {
    return this.mode === "token" && !this.usesTokens;
  }

  /** Whether somebody is banned. */
  isBanned(id: string): boolean {
    return this.#hasRestrictions() && this.#members.get(id)?.banned === true;
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
    if (this.mode === "invite" && !this.#members.get(id) && !this.#isBot(id)) {
      return { code: "not_allowed", detail: "you are no longer a member" };
    }
    if (isHidden(room)) {
      const record = this.hiddenRoom(id, room);
      if (!record) return UNKNOWN;
      if (record.archived) return { code: "not_allowed", detail: "this room is archived" };
    }
    return this.#hasRestrictions() ? this.#restriction(id) : undefined;
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
