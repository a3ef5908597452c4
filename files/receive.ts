/**
 * Finishing what was received: its type, and an image without its metadata.
 *
 * A file that begins like an image but is none is no image: its type is unknown, and it is kept as it
 * is.
 */

import { LIMITS } from "../config/limits.ts";
import { type FileFolder, writeAll } from "./folder.ts";
import { isImage, planOf } from "./images/images.ts";
import { isWhole, type Plan } from "./images/plan.ts";
import { Source } from "./images/source.ts";
import type { FileRecord } from "./record.ts";
import { SNIFFED, typeOf, UNKNOWN } from "./types.ts";

/** What is known of a file before its bytes were looked at. */
export type Received = Pick<FileRecord, "id" | "room" | "from" | "address" | "name" | "at">;

/** Looks at what was received, and puts it in its place. */
export async function finish(
  folder: FileFolder,
  file: Deno.FsFile,
  size: number,
  received: Received,
): Promise<FileRecord> {
  const source = new Source(file, LIMITS.fileHeader, size);
  const type = typeOf(await source.bytes(0, SNIFFED));
  const plan = isImage(type) ? await planOf(type, source) : undefined;
  if (!plan) {
    const record = { ...received, type: isImage(type) ? UNKNOWN : type, size };
    await folder.put(received.id, file, record);
    return record;
  }
  const { width, height } = plan;
  const image = { ...received, type, width, height };
  if (isWhole(plan, size)) {
    const record = { ...image, size };
    await folder.put(received.id, file, record);
    return record;
  }
  return await putCopy(folder, source, plan, image);
}

async function putCopy(
  folder: FileFolder,
  source: Source,
  plan: Plan,
  image: Omit<FileRecord, "size">,
): Promise<FileRecord> {
  const draft = `${image.id}.copy`;
  using copy = await folder.create(draft);
  try {
    const record = { ...image, size: await writePlan(plan, source, copy) };
    await folder.put(draft, copy, record);
    return record;
  } finally {
    await folder.discard(draft);
  }
}

/** Writes an image without its metadata; answers with its size. */
async function writePlan({ pieces }: Plan, source: Source, to: Deno.FsFile): Promise<number> {
  let size = 0;
  const put = async (bytes: Uint8Array) => {
    await writeAll(to, bytes);
    size += bytes.length;
  };
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) await put(piece);
    else {
      for (let at = piece.from; at < piece.to;) {
        const bytes = await source.bytes(at, Math.min(piece.to - at, 65_536));
        if (bytes.length === 0) throw new Error("a file became shorter while it was read");
        await put(bytes);
        at += bytes.length;
      }
    }
  }
  return size;
}
