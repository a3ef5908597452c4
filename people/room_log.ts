/**
 * What a hidden room's log shows of the directory: its title and topic, the people who were added and
 * removed, and whether it is archived.
 *
 * The directory is written first and alone decides who may enter, so a crash in between leaves nothing
 * open that should be closed; only the log lacks a line. The log follows by comparison: whatever in it
 * differs from the directory is recorded, until nothing differs. So the next change of the room
 * records what a crash has left out, and of several servers that change a room at once, the last one to
 * record sees the newest state. A direct room always has the same people, so its log does not name them.
 */

import { LIMITS } from "../config/limits.ts";
import {
  type Action,
  AppendError,
  type Change,
  type ChangeDraft,
  type Journal,
  type Json,
  type LogEntry,
  UnreachableError,
} from "../journal/journal.ts";
import type { Directory } from "./directory.ts";
import type { HiddenRooms } from "./hidden_rooms.ts";
import { idKey } from "./ids.ts";

/** Records drafts of one room, all or none of them. */
export type RecordDrafts = (drafts: readonly ChangeDraft[]) => Promise<LogEntry[]>;

/** The person for whom something is recorded, and what they call their command. */
export interface Recorder {
  readonly id: string;
  readonly name: string;
  readonly command: string | undefined;
}

/** The key in a room's log under which it says whether somebody is in the room. */
export function memberKey(id: string): string {
  return `member/${idKey(id)}`;
}

/** Lets rooms' logs follow the directory. */
export class RoomLog {
  readonly #directory: Directory;
  readonly #hidden: HiddenRooms;
  readonly #journal: Journal;
  readonly #record: RecordDrafts;

  constructor(
    directory: Directory,
    hidden: HiddenRooms,
    journal: Journal,
    record: RecordDrafts,
  ) {
    this.#directory = directory;
    this.#hidden = hidden;
    this.#journal = journal;
    this.#record = record;
  }

  /**
   * Records whatever differs.
   *
   * @returns the entries by their keys: what was recorded, and, as `duplicate`, what was there before
   * @throws {UnreachableError} if it cannot be recorded now; the next change of the room does it
   */
  async follow(room: string, by: Recorder): Promise<Map<string, LogEntry>> {
    const recorded = new Map<string, LogEntry>();
    let { command } = by;
    for (let tries = 0; tries < LIMITS.roomLogTries; tries++) {
      const known = await this.#read(room);
      const drafts = this.#differences(room, known, { ...by, command });
      for (const [key, change] of known) {
        if (!recorded.has(key)) recorded.set(key, { ...change, duplicate: true });
      }
      if (drafts.length === 0) return recorded;
      try {
        const entries = await this.#record(drafts);
        for (const [n, entry] of entries.entries()) recorded.set(keyOf(drafts[n]), entry);
        command = undefined;
      } catch (error) {
        if (!(error instanceof AppendError) || error.code === "overloaded") {
          throw unreachable(error);
        }
        // Something else in the room has this id already.
        if (error.code === "bad_command") command = undefined;
      }
      await this.#directory.refresh();
    }
    throw new UnreachableError();
  }

  /**
   * The entry of a command, though it is no longer the newest of its key; undefined if it is not kept.
   * The journal knows it by its id: what is offered for it here is never kept itself.
   */
  async superseded(room: string, { id, name, command }: Recorder): Promise<LogEntry | undefined> {
    if (command === undefined) return;
    const action = set("title", { title: "" });
    const condition = { newest: Number.MAX_SAFE_INTEGER };
    const draft = { room, at: Date.now(), from: id, name, id: command, action, condition };
    try {
      return (await this.#record([draft]))[0];
    } catch (error) {
      if (!(error instanceof AppendError) || error.code === "overloaded") throw unreachable(error);
    }
  }

  async #read(room: string): Promise<Map<string, Change>> {
    const known = new Map<string, Change>();
    for (let after: string | undefined, more = true; more;) {
      const { changes } = await this.#journal.settings(room, { after, limit: LIMITS.page });
      for (const change of changes) known.set(keyOf(change), change);
      after = changes.length > 0 ? keyOf(changes.at(-1)!) : after;
      more = changes.length === LIMITS.page;
    }
    return known;
  }

  #differences(
    room: string,
    known: ReadonlyMap<string, Change>,
    { id: from, name, command }: Recorder,
  ): ChangeDraft[] {
    const wanted = this.#actions(room, known).filter((action) => {
      const change = known.get(keyOf({ action }));
      return change ? !isSame(change.action, action) : !isNothing(action);
    }).slice(0, LIMITS.group);
    return wanted.map((action, n) => ({
      room,
      at: Date.now(),
      from,
      name,
      id: n === 0 ? command : undefined,
      action,
      condition: { newest: known.get(keyOf({ action }))?.seq ?? 0 },
    }));
  }

  /** What the log should say of the keys that it has, and of those that the directory has. */
  #actions(room: string, known: ReadonlyMap<string, Change>): Action[] {
    const { access, title, topic = "", archived = false } = this.#hidden.get(room)!;
    const actions: Action[] = [{ type: "room", topic }];
    if (access === "direct") return actions;
    actions.push(set("title", { title: title ?? "" }), set("archived", { archived }));
    const places = this.#hidden.placesOf(room);
    const present = new Set(places.map(({ member }) => memberKey(member)));
    for (const { member } of places) actions.push(set(memberKey(member), { added: member }));
    for (const [key, { action }] of known) {
      const id = key.startsWith("member/") && !present.has(key) && memberOf(action);
      if (id) actions.push(set(key, { removed: id }));
    }
    return actions;
  }
}

function set(key: string, value: Json): Action {
  return { type: "set", key, value };
}

function keyOf({ action }: { readonly action: Action }): string {
  return action.type === "set" ? action.key : "topic";
}

function valueOf(action: Action): string | undefined {
  if (action.type === "room") return action.topic;
  return action.type === "set" ? JSON.stringify(action.value) : undefined;
}

function isSame(a: Action, b: Action): boolean {
  return valueOf(a) === valueOf(b);
}

/** Whether an action only says what is true of a room of which nothing has been said. */
function isNothing(action: Action): boolean {
  return isSame(action, { type: "room", topic: "" }) ||
    isSame(action, set("archived", { archived: false }));
}

/** The person whom an action has added or removed. */
function memberOf(action: Action): string | undefined {
  if (action.type !== "set") return;
  const { added, removed } = action.value as { added?: string; removed?: string };
  return added ?? removed;
}

function unreachable(error: unknown): unknown {
  return error instanceof AppendError ? new UnreachableError() : error;
}
