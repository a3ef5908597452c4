/**
 * What is kept of an image: its size, and the pieces that it consists of without metadata.
 *
 * A plan never has more pieces than {@linkcode LIMITS.imagePieces}: a file that needs more is no image
 * that anybody made to be looked at.
 */

import { LIMITS } from "../../config/limits.ts";

/** Bytes of the source, or new ones. */
export type Piece = { readonly from: number; readonly to: number } | Uint8Array;

/** An image without its metadata. */
export interface Plan {
  readonly pieces: readonly Piece[];
  /** As it is shown, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** The size of an image as it is stored, and how it is to be turned. */
export interface Dimensions {
  readonly width: number;
  readonly height: number;
  /** 1 to 8, as Exif counts; 5 and above swap width and height. */
  readonly orientation: number;
}

/** Collects the pieces of a plan. */
export class PlanBuilder {
  readonly #pieces: Piece[] = [];

  /** The number of bytes so far. */
  length = 0;

  /** Keeps some bytes of the source, which come after those that were kept before. */
  keep(from: number, to: number): void {
    this.length += to - from;
    const last = this.#pieces.at(-1);
    if (last && !(last instanceof Uint8Array) && last.to === from) {
      this.#pieces[this.#pieces.length - 1] = { from: last.from, to };
    } else this.#pieces.push({ from, to });
  }

  /** Adds new bytes. */
  add(bytes: Uint8Array): void {
    this.length += bytes.length;
    this.#pieces.push(bytes);
  }

  /** Whether it has become too long. */
  get isTooLong(): boolean {
    return this.#pieces.length > LIMITS.imagePieces;
  }

  /** Its plan; undefined if there is too much of it, or of the image. */
  plan({ width, height, orientation }: Dimensions): Plan | undefined {
    if (this.isTooLong || !isViewable(width, height)) return;
    const isTurned = orientation >= 5;
    return {
      pieces: this.#pieces,
      width: isTurned ? height : width,
      height: isTurned ? width : height,
    };
  }
}

/** Whether a browser can be asked to show an image of this size. */
export function isViewable(width: number, height: number): boolean {
  return width > 0 && height > 0 && width * height <= LIMITS.imagePixels;
}

/** Whether a plan leaves out nothing of a file of this size, and adds nothing to it. */
export function isWhole({ pieces: [piece, ...more] }: Plan, size: number): boolean {
  return more.length === 0 && !(piece instanceof Uint8Array) && piece.from === 0 &&
    piece.to === size;
}
