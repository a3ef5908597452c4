/**
 * The names of people on connections for all rooms, who can be mentioned in open rooms they have not
 * entered: of visitors nothing else knows the name.
 *
 * Knows this server's connections only. A name may be several people's; then the last one who came counts.
 */

import { NameStarts } from "./name_starts.ts";
import type { Person } from "./person.ts";
import { foldName } from "./room_name.ts";

/** The people who are connected, by name. */
export class ConnectedNames {
  readonly #entries = new Map<object, { readonly fold: string; readonly id: string }>();
  /** Ids by folded name, one for each connection. */
  readonly #ids = new Map<string, string[]>();
  readonly #starts = new NameStarts();

  /** Notes the person of a connection, or their new name. */
  set(connection: object, { id, name }: Pick<Person, "id" | "name">): void {
    this.delete(connection);
    const fold = foldName(name);
    if (fold === "") return;
    this.#entries.set(connection, { fold, id });
    const ids = this.#ids.get(fold);
    if (ids) ids.push(id);
    else this.#ids.set(fold, [id]);
    this.#starts.add(fold);
  }

  /** The connection has ended. */
  delete(connection: object): void {
    const entry = this.#entries.get(connection);
    if (!entry) return;
    this.#entries.delete(connection);
    const ids = this.#ids.get(entry.fold)!;
    ids.splice(ids.lastIndexOf(entry.id), 1);
    if (ids.length === 0) this.#ids.delete(entry.fold);
  }

  /** The id of somebody with this folded name. */
  find(fold: string): string | undefined {
    return this.#ids.get(fold)?.at(-1);
  }

  /** Whether such a name may begin at this place of a text; false only if none does. */
  mayBegin(text: string, at: number): boolean {
    return this.#ids.size > 0 && this.#starts.mayBegin(text, at);
  }
}
