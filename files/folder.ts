/**
 * The folder of the files: where each is, and how it comes there.
 *
 * A file is at `ab/abcdef…`, by the beginning of its id, and begins with its record. It is received
 * under `incoming/` and moved to its place in one step, so what is in place is whole. Only this program
 * chooses the names, and it creates the folder with the first file. The file `owner` says which database
 * the folder belongs to: with another one every file would be an orphan.
 *
 * Several servers may share a folder. Everything here is readable by the server's user only.
 */

import * as fs from "node:fs/promises";
import { LIMITS } from "../config/limits.ts";
import { type FileRecord, fromHeader, isFileId, toHeader } from "./record.ts";

const INCOMING = "incoming";
const OWNER = "owner";

/** A file that is open for reading. */
export interface OpenFile {
  readonly record: FileRecord;
  readonly file: Deno.FsFile;
}

/** The files of one database on disk. */
export class FileFolder {
  readonly #path: string;
  readonly #owner: string;

  /**
   * @param path of the folder, which need not exist
   * @param owner names the database
   * @throws {Error} if the folder belongs to another database
   */
  constructor(path: string, owner: string) {
    this.#path = path;
    this.#owner = owner;
    const found = this.#readOwner();
    if (found === undefined || found === owner) return;
    throw new Error(`--files: "${path}" has the files of another database, choose another folder`);
  }

  #readOwner(): string | undefined {
    try {
      return Deno.readTextFileSync(`${this.#path}/${OWNER}`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
  }

  #placeOf(id: string): string {
    return `${this.#path}/${id.slice(0, 2)}/${id}`;
  }

  /** Opens a new file that is being received; {@linkcode FileFolder.put} or `discard` follows. */
  async create(id: string): Promise<Deno.FsFile> {
    const path = `${this.#path}/${INCOMING}`;
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    if (this.#readOwner() === undefined) {
      await Deno.writeTextFile(`${this.#path}/${OWNER}`, this.#owner, { mode: 0o600 });
    }
    const options = { read: true, write: true, createNew: true, mode: 0o600 };
    const file = await Deno.open(`${path}/${id}`, options);
    await file.seek(LIMITS.fileHeader, Deno.SeekMode.Start);
    return file;
  }

  /** Writes the record in front of what was received, and moves it to its place. */
  async put(received: string, file: Deno.FsFile, record: FileRecord): Promise<void> {
    await file.seek(0, Deno.SeekMode.Start);
    await writeAll(file, toHeader(record));
    await file.syncData();
    const place = this.#placeOf(record.id);
    await Deno.mkdir(`${this.#path}/${record.id.slice(0, 2)}`, { recursive: true, mode: 0o700 });
    await Deno.rename(`${this.#path}/${INCOMING}/${received}`, place);
  }

  /** Removes what was received, if it is still there. */
  async discard(received: string): Promise<void> {
    await remove(`${this.#path}/${INCOMING}/${received}`);
  }

  /** Opens a file for reading; undefined if there is none. The caller closes it. */
  async open(id: string): Promise<OpenFile | undefined> {
    if (!isFileId(id)) return;
    let file: Deno.FsFile;
    try {
      file = await Deno.open(this.#placeOf(id));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    const record = await readHeader(file, id).catch(() => undefined);
    if (record) return { record, file };
    file.close();
  }

  /** The record of a file; undefined if there is none. */
  async record(id: string): Promise<FileRecord | undefined> {
    const found = await this.open(id);
    found?.file.close();
    return found?.record;
  }

  /** Deletes a file. */
  async remove(id: string): Promise<void> {
    await remove(this.#placeOf(id));
  }

  /** The ids of all files, in no order. */
  async *ids(): AsyncGenerator<string> {
    for await (const { name: part } of entriesOf(this.#path)) {
      if (!/^[a-z2-7]{2}$/.test(part)) continue;
      for await (const { name } of entriesOf(`${this.#path}/${part}`)) {
        if (isFileId(name) && name.startsWith(part)) yield name;
      }
    }
  }

  /** Deletes what is left of uploads that were broken off long ago. */
  async removeOldIncoming(now: number): Promise<void> {
    const path = `${this.#path}/${INCOMING}`;
    for await (const { name } of entriesOf(path)) {
      const info = await Deno.stat(`${path}/${name}`).catch(() => undefined);
      const at = info?.mtime?.getTime() ?? now;
      if (now - at > LIMITS.incomingMs) await remove(`${path}/${name}`);
    }
  }

  /** Whether this many more bytes leave enough of the disk free, as far as that can be known. */
  async hasSpace(bytes: number): Promise<boolean> {
    try {
      const { bavail, bsize, blocks } = await fs.statfs(this.#path);
      const { diskReserve, diskReserveShare } = LIMITS;
      const reserve = Math.min(diskReserve, blocks * bsize / diskReserveShare);
      return bavail * bsize - bytes > reserve;
    } catch {
      // It does not exist yet, or that cannot be asked: a full disk is noticed when it is written to.
      return true;
    }
  }
}

/** Writes all bytes: one write may take only some of them. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

async function readHeader(file: Deno.FsFile, id: string): Promise<FileRecord | undefined> {
  const block = new Uint8Array(LIMITS.fileHeader);
  for (let length = 0; length < block.length;) {
    const read = await file.read(block.subarray(length));
    if (read === null) return;
    length += read;
  }
  return fromHeader(block, id);
}

async function* entriesOf(path: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
