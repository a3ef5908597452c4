/**
 * Moderation by admins: muting people, and closing open rooms to newcomers.
 *
 * Both end by themselves. The caller decides who may do this. Bans are in `removal.ts`.
 */

import { LIMITS } from "../config/limits.ts";
import type { Access } from "./access.ts";
import type { Audit } from "./audit.ts";
import type { Directory, Put } from "./directory.ts";
import { idKey } from "./ids.ts";
import type { Members } from "./members.ts";
import { Refused } from "./refused.ts";

/** What moderation decides from. */
export interface ModerationParts {
  readonly directory: Directory;
  readonly members: Members;
  readonly access: Access;
  readonly audit: Audit;
}

/** Mutes people and closes rooms. */
export class Moderation {
  readonly #parts: ModerationParts;

  constructor(parts: ModerationParts) {
    this.#parts = parts;
  }

  /**
   * Mutes somebody in all rooms.
   *
   * @param until in milliseconds since 1970
   * @throws {Refused} if there is no such person, or it is an admin
   */
  async mute(by: string, id: string, until: number): Promise<void> {
    const { directory, members, audit } = this.#parts;
    await directory.change(by, () => {
      this.#check(by, id);
      if (members.isAdmin(id)) throw new Refused("conflict", "an admin cannot be muted");
      // Ended ones make room.
      const ended = [...directory.all("mute")].filter(([, end]) => end <= Date.now());
      const puts: Put[] = ended.filter(([key]) => key !== idKey(id)).slice(0, LIMITS.cleanedUp)
        .map(([key]) => ["mute", key, undefined]);
      return { puts: [...puts, ["mute", idKey(id), until]], result: undefined };
    });
    await audit.note({ by, action: "mute", to: id, until });
  }

  /** Lets somebody write again. */
  async unmute(by: string, id: string): Promise<void> {
    const { directory, audit } = this.#parts;
    const was = await directory.change(by, () => {
      const exists = directory.get("mute", idKey(id)) !== undefined;
      return { puts: exists ? [["mute", idKey(id), undefined]] : [], result: exists };
    });
    if (was) await audit.note({ by, action: "unmute", to: id });
  }

  /**
   * Closes an open room: only those who spoke there before may write.
   *
   * @param room its name as it is kept
   * @throws {Refused} if too many rooms are closed
   */
  async close(by: string, room: string, until: number): Promise<void> {
    const { directory, audit } = this.#parts;
    await directory.change(by, () => {
      const others = [...directory.all("closed")].filter(([name]) => name !== room);
      const ended = others.filter(([, end]) => end <= Date.now()).slice(0, LIMITS.cleanedUp);
      if (others.length - ended.length >= LIMITS.closedRooms) {
        throw new Refused("full", `${LIMITS.closedRooms} rooms are closed already`);
      }
      const puts: Put[] = ended.map(([name]) => ["closed", name, undefined]);
      return { puts: [...puts, ["closed", room, until]], result: undefined };
    });
    await audit.note({ by, action: "close", room, until });
  }

  /** Opens a closed room again. */
  async open(by: string, room: string): Promise<void> {
    const { directory, audit } = this.#parts;
    const was = await directory.change(by, () => {
      const exists = directory.get("closed", room) !== undefined;
      return { puts: exists ? [["closed", room, undefined]] : [], result: exists };
    });
    if (was) await audit.note({ by, action: "open", room });
  }

  #check(by: string, id: string): void {
    if (by === id) throw new Refused("conflict", "this is you");
    if (!this.#parts.access.isPerson(id)) throw new Refused("unknown", "there is no such person");
  }
}
