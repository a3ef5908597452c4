/**
 * Hidden rooms as the directory has them: who has a place in which, and who looks after it.
 *
 * Every answer is immediate. Rooms are found by person and people by room, so a list costs what is in
 * it, however many rooms there are. It changes nothing: that is in `room_changes.ts`.
 */

import { foldName } from "../hub/room_name.ts";
import type { Directory } from "./directory.ts";
import { Grouped } from "./grouped.ts";
import { idKey } from "./ids.ts";
import type { PlaceRecord, RoomRecord } from "./records.ts";

/** Is called after a person has come into a room or has left it; see {@linkcode idKey}. */
export type PlaceListener = (memberKey: string, room: string, isIn: boolean) => void;

/** The hidden rooms of a directory. */
export class HiddenRooms {
  readonly #directory: Directory;
  readonly #canOwn: (id: string) => boolean;
  readonly #byRoom: Grouped;
  readonly #byMember: Grouped;
  /** By room: the people by their folded names, of rooms in which somebody was looked for. */
  readonly #named = new Map<string, ReadonlyMap<string, string>>();

  /** @param canOwn whether somebody may look after a room: a person who may come in */
  constructor(directory: Directory, canOwn: (id: string) => boolean) {
    this.#directory = directory;
    this.#canOwn = canOwn;
    this.#byRoom = new Grouped(directory, "place", 0);
    this.#byMember = new Grouped(directory, "place", 1);
    this.listen((_, room) => void this.#named.delete(room));
  }

  /** The room with this address, for anyone who asks. */
  get(room: string): RoomRecord | undefined {
    return this.#directory.get("room", room);
  }

  /** The number of hidden rooms. */
  get count(): number {
    return this.#directory.all("room").size;
  }

  /** The addresses of all of them. */
  names(): Iterable<string> {
    return this.#directory.all("room").keys();
  }

  /** Somebody's place in a room. */
  place(room: string, id: string): PlaceRecord | undefined {
    return this.#directory.get("place", `${room}/${idKey(id)}`);
  }

  /** The room, if somebody has a place in it. */
  enterable(id: string, room: string): RoomRecord | undefined {
    return this.place(room, id) && this.get(room);
  }

  /** The addresses of the rooms that somebody may enter, in no order. */
  roomsOf(id: string): ReadonlySet<string> {
    return this.#byMember.of(idKey(id));
  }

  /** The places in a room, oldest first. */
  placesOf(room: string): PlaceRecord[] {
    return [...this.#byRoom.of(room)]
      .map((key) => this.#directory.get("place", `${room}/${key}`)!)
      .sort(bySeniority);
  }

  /** The person who had a folded name when they came into a room; of two, the one who has been in it longer. */
  personNamed(fold: string, room: string): string | undefined {
    let named = this.#named.get(room);
    if (!named) {
      const places = this.placesOf(room).reverse();
      named = new Map(places.map(({ name, member }) => [foldName(name), member]));
      this.#named.set(room, named);
    }
    return named.get(fold);
  }

  /** The number of people who may enter a room. */
  size(room: string): number {
    return this.#byRoom.of(room).size;
  }

  /**
   * The person who looks after a private room: its owner, or, if that one is gone or banned, the one of the
   * others who has been in it longest; `""` if there is nobody.
   */
  ownerOf(room: string): string {
    const record = this.get(room);
    if (record?.access !== "private") return "";
    const { owner } = record;
    if (this.place(room, owner) && this.#canOwn(owner)) return owner;
    return this.successor(this.placesOf(room));
  }

  /** The one of these who becomes the owner of their room; `""` if nobody can. */
  successor(places: readonly PlaceRecord[]): string {
    return [...places].sort(bySeniority).find(({ member }) => this.#canOwn(member))?.member ?? "";
  }

  /** Calls the listener after each change of a place, from whichever server it comes. */
  listen(listener: PlaceListener): void {
    this.#directory.listen((kind, id) => {
      if (kind !== "place") return;
      const [room, key] = id.split("/");
      listener(key, room, this.#directory.get("place", id) !== undefined);
    });
  }
}

function bySeniority(a: PlaceRecord, b: PlaceRecord): number {
  return a.since - b.since || (a.member < b.member ? -1 : 1);
}
