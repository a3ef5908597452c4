/**
 * Access: who may come in, who may enter which room, and who may write there.
 *
 * Every answer is immediate, from the directory in memory. A hidden room can be entered by those who
 * have a place in it and by nobody else, admins included.
 */

import { ConnectedNames } from "../hub/connected_names.ts";
import { NameStarts } from "../hub/name_starts.ts";
import type { Asker, Denial, RoomDescription, Rules } from "../hub/permissions.ts";
import { foldName } from "../hub/room_name.ts";
import type { Audit } from "./audit.ts";
import type { Blocks } from "./blocks.ts";
import type { Directory } from "./directory.ts";
import { HiddenRooms } from "./hidden_rooms.ts";
import type { Identity } from "./identity.ts";
import { idKey } from "./ids.ts";
import type { Members } from "./members.ts";
import type { Newcomers } from "./newcomers.ts";
import type { AccessMode } from "./records.ts";
import { Refused } from "./refused.ts";

const UNKNOWN: Denial = { code: "unknown_room", detail: "there is no such room" };

/** Whether a room has an address instead of a name. */
export function isHidden(room: string): boolean {
  return room.startsWith("~");
}

/** What the rules are decided from. */
export interface AccessParts {
  readonly directory: Directory;
  readonly members: Members;
  readonly newcomers: Newcomers;
  readonly audit: Audit;
  readonly blocks: Blocks;
  /** The operator's own program decides who comes in. */
  readonly usesTokens: boolean;
}

/** The rules of one chat. */
export class Access implements Rules {
  /** The hidden rooms of the directory. */
  readonly hidden: HiddenRooms;
  /** People who are connected, members or not. */
  readonly connected: ConnectedNames = new ConnectedNames();
  readonly #parts: AccessParts;
  /** The beginnings of all names, once somebody has asked. */
  #starts: NameStarts | undefined;
  /** The ids of the bots, once somebody has asked. */
  #bots: ReadonlySet<string> | undefined;
  /** Whether anybody is muted or banned, or any room is closed; once somebody has asked. */
  #isRestricted: boolean | undefined;
  /** What the directory said last. */
  #lastMode: AccessMode = "open";

  constructor(parts: AccessParts) {
    this.#parts = parts;
    this.hidden = new HiddenRooms(parts.directory, (id) => this.#canOwn(id));
    parts.directory.listen((kind, id) => {
      if (["mute", "closed", "member"].includes(kind)) this.#isRestricted = undefined;
      if (kind === "bot") this.#bots = undefined;
      if (kind === "name") this.#starts?.add(id);
      if (kind === "access") this.#noteMode();
    });
    this.hidden.listen((key, room) => {
      const place = parts.directory.get("place", `${room}/${key}`);
      if (place) this.#starts?.add(foldName(place.name));
    });
    this.#noteMode();
  }

  #noteMode(): void {
    this.#lastMode = this.#parts.directory.get("access", "mode") ?? this.#lastMode;
  }

  #hasRestrictions(): boolean {
    return this.#isRestricted ??= this.#findRestrictions();
  }

  #findRestrictions(): boolean {
    const { directory, members } = this.#parts;
    return directory.all("mute").size + directory.all("closed").size > 0 ||
      members.all().values().some((member) => member.banned === true);
  }

  #isBot(id: string): boolean {
    this.#bots ??= new Set(this.#parts.directory.all("bot").values().map(({ id }) => id));
    return this.#bots.has(id);
  }

  /** How people come in. A journal that has lost its entries opens a chat to nobody. */
  get mode(): AccessMode {
    return this.usesTokens ? "token" : this.#lastMode;
  }

  /** The operator's own program decides who comes in. */
  get usesTokens(): boolean {
    return this.#parts.usesTokens;
  }

  /** Whether nobody can come in here, since another server requires tokens and this one cannot check any. */
  get isLocked(): boolean {
    return this.mode === "token" && !this.usesTokens;
  }

  /** Whether somebody is banned. */
  isBanned(id: string): boolean {
    return this.#hasRestrictions() && this.#parts.members.get(id)?.banned === true;
  }

  /** Whether there may be such a person or bot. Of the visitors of an open chat nothing is recorded. */
  isPerson(id: string): boolean {
    return this.mode !== "invite" || this.#isBot(id) || this.#parts.members.get(id) !== undefined;
  }

  /** Whether somebody can be added to a hidden room. */
  canBeAdded(id: string): boolean {
    return this.isPerson(id) && !this.isBanned(id);
  }

  #canOwn(id: string): boolean {
    return this.canBeAdded(id) && !this.#isBot(id);
  }

  /** Whether somebody may enter a room; what a token says of open rooms comes first. */
  mayEnter({ id, rooms }: Pick<Identity, "id" | "rooms">, room: string): boolean {
    if (isHidden(room)) return this.hidden.enterable(id, room) !== undefined;
    return !rooms || rooms.includes(room);
  }

  denial(asker: Asker, room: string): Denial | undefined {
    const { id } = asker.person;
    if (this.mode === "invite" && !this.isPerson(id)) {
      return { code: "not_allowed", detail: "you are no longer a member" };
    }
    if (isHidden(room)) {
      const record = this.hidden.enterable(id, room);
      if (!record) return UNKNOWN;
      if (record.archived) return { code: "not_allowed", detail: "this room is archived" };
    }
    return this.#hasRestrictions() ? this.#restriction(asker, room) : undefined;
  }

  #restriction(asker: Asker, room: string): Denial | undefined {
    const { id } = asker.person;
    const { directory, newcomers } = this.#parts;
    if (this.isBanned(id)) return { code: "not_allowed", detail: "you are banned" };
    if (this.#isAdmin(asker)) return;
    const until = directory.get("mute", idKey(id)) ?? 0;
    return until > Date.now() ? muted(until) : newcomers.denial(room, id);
  }

  /** Throws a {@linkcode Refused} if somebody is muted. */
  checkMuted(asker: Asker): void {
    const until = this.#parts.directory.get("mute", idKey(asker.person.id)) ?? 0;
    if (until <= Date.now() || this.#isAdmin(asker)) return;
    throw new Refused("not_allowed", muted(until).detail);
  }

  #isAdmin({ person: { id }, isAdmin }: Asker): boolean {
    return isAdmin || this.#parts.members.isAdmin(id);
  }

  mayModerate(asker: Asker, room: string): boolean {
    if (isHidden(room)) return this.hidden.ownerOf(room) === asker.person.id;
    return this.#isAdmin(asker);
  }

  admits(id: string, room: string): boolean {
    return isHidden(room) ? this.hidden.enterable(id, room) !== undefined : this.isPerson(id);
  }

  hiddenRooms(id: string): ReadonlySet<string> {
    return this.hidden.roomsOf(id);
  }

  peopleOf(room: string): readonly { readonly id: string; readonly name: string }[] {
    if (!isHidden(room) || this.hidden.get(room)?.access !== "direct") return [];
    return this.hidden.placesOf(room).map(({ member: id, name }) => {
      return { id, name: this.#parts.members.get(id)?.name ?? name };
    });
  }

  personNamed(fold: string, room: string): string | undefined {
    const { directory, members } = this.#parts;
    const id = directory.get("name", fold);
    if (id !== undefined && this.admits(id, room)) return id;
    // The directory knows the name of a visitor only from their place.
    const visitor = isHidden(room)
      ? this.hidden.personNamed(fold, room)
      : this.connected.find(fold);
    return visitor !== undefined && !members.get(visitor) ? visitor : undefined;
  }

  mayBegin(text: string, at: number): boolean {
    this.#starts ??= this.#findStarts();
    return this.#starts.mayBegin(text, at) || this.connected.mayBegin(text, at);
  }

  #findStarts(): NameStarts {
    const { directory } = this.#parts;
    const starts = new NameStarts(directory.all("name").keys());
    for (const { name } of directory.all("place").values()) starts.add(foldName(name));
    return starts;
  }

  blocks(id: string, other: string): boolean {
    return this.#parts.blocks.has(id, other);
  }

  describe(room: string): RoomDescription {
    if (!isHidden(room)) {
      const closed = this.#parts.newcomers.closedUntil(room);
      return closed === undefined ? OPEN : { ...OPEN, closed };
    }
    const record = this.hidden.get(room);
    if (!record) return OPEN;
    const { access, title, archived } = record;
    return { access, title, archived };
  }

  isShared(room: string): boolean {
    return !isHidden(room) || this.hidden.get(room)?.access === "direct";
  }

  moderated(by: string, room: string, of: number): void {
    void this.#parts.audit.noteDeletion(by, room, of);
  }
}

const OPEN: RoomDescription = { access: "open" };

function muted(until: number): Denial {
  return { code: "not_allowed", detail: `you are muted until ${new Date(until).toISOString()}` };
}
