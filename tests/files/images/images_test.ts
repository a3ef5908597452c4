/** Images without their metadata. */

import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../../config/limits.ts";
import { exifOf, orientationIn } from "../../../files/images/exif.ts";
import { planOf } from "../../../files/images/images.ts";
import { isWhole, type Plan } from "../../../files/images/plan.ts";
import { Source } from "../../../files/images/source.ts";
import {
  asText,
  big,
  chunk,
  concat,
  exif,
  JPEG,
  jpegWith,
  LOSSLESS_WEBP,
  PNG,
  pngWith,
  SECRET,
  segment,
  WEBP,
  webpWith,
} from "../../../testing/images.ts";
import { seeded } from "../../../testing/random.ts";
import { test } from "../../../testing/support.ts";

/** The plan of these bytes, read from a file in which something comes before them. */
async function withPlan<T>(
  type: string,
  bytes: Uint8Array,
  use: (plan: Plan | undefined, source: Source) => T | Promise<T>,
): Promise<T> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, concat("before", bytes));
    using file = await Deno.open(path);
    const source = new Source(file, 6, bytes.length);
    return await use(await planOf(type, source), source);
  } finally {
    await Deno.remove(path);
  }
}

/** What is kept of an image, and its size; undefined if it is none. */
function keptOf(type: string, bytes: Uint8Array) {
  return withPlan(type, bytes, async (plan, source) => {
    if (!plan) return;
    const pieces = await Promise.all(plan.pieces.map(async (piece) => {
      if (piece instanceof Uint8Array) return piece;
      return new Uint8Array(await source.bytes(piece.from, piece.to - piece.from));
    }));
    return { width: plan.width, height: plan.height, bytes: concat(...pieces) };
  });
}

const isNoImage = async (type: string, bytes: Uint8Array) =>
  await keptOf(type, bytes) === undefined;

const KINDS: readonly [type: string, plain: Uint8Array, dirty: Uint8Array, turned: Uint8Array][] = [
  [
    "image/jpeg",
    JPEG,
    jpegWith(
      segment(0xe1, "Exif\0\0", exif(1)),
      segment(0xe1, "http://ns.adobe.com/xap/1.0/\0", SECRET),
      segment(0xe2, "MPF\0", SECRET),
      segment(0xed, "Photoshop 3.0\0", SECRET),
      segment(0xfe, SECRET),
    ),
    jpegWith(segment(0xe1, "Exif\0\0", exif(6))),
  ],
  [
    "image/png",
    PNG,
    pngWith(
      chunk("tEXt", "Comment\0", SECRET),
      chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0", SECRET),
      chunk("eXIf", exif(1)),
      chunk("tIME", SECRET),
      chunk("unKn", SECRET),
    ),
    pngWith(chunk("eXIf", exif(8))),
  ],
  [
    "image/webp",
    WEBP,
    webpWith(["EXIF", exif(1)], ["XMP ", SECRET], ["unkn", SECRET]),
    webpWith(["EXIF", concat("Exif\0\0", exif(5))]),
  ],
];

for (const [type, plain, dirty, turned] of KINDS) {
  test(`planOf: leaves nothing of the metadata of ${type}`, async () => {
    assert(asText(dirty).includes(SECRET));
    const kept = (await keptOf(type, dirty))!;
    assertEquals([kept.width, kept.height], [6, 4]);
    assert(!asText(kept.bytes).includes(SECRET));
    // The same as without it, also the JFIF segment, which is written again in any case.
    assertEquals(kept.bytes, (await keptOf(type, plain))!.bytes);
    assertEquals(kept.bytes.length, plain.length);
  });

  test(`planOf: keeps the orientation of ${type}, and nothing else of its Exif data`, async () => {
    const kept = (await keptOf(type, turned))!;
    assertEquals([kept.width, kept.height], [4, 6]);
    const text = asText(kept.bytes);
    assert(!text.includes(SECRET));
    const orientation = orientationIn(
      exif(type === "image/jpeg" ? 6 : type === "image/png" ? 8 : 5),
    );
    assert(text.includes(asText(exifOf(orientation))));
    assertEquals((await keptOf(type, kept.bytes))!.bytes, kept.bytes);
  });

  test(`planOf: leaves out what follows the end of ${type}`, async () => {
    const kept = (await keptOf(type, concat(plain, "PK\x03\x04 <script>", SECRET)))!;
    assertEquals(kept.bytes, (await keptOf(type, plain))!.bytes);
  });

  test(`planOf: takes nothing for ${type} that only begins like it`, async () => {
    assert(
      await isNoImage(type, concat(plain.subarray(0, 20), "<script>alert(1)</script>".repeat(9))),
    );
    assert(await isNoImage(type, plain.subarray(0, 12)));
  });

  test(`planOf: survives any damage to ${type}`, async () => {
    const random = seeded(7);
    for (let n = 0; n < 300; n++) {
      const broken = new Uint8Array(dirty.subarray(0, 1 + random.int(dirty.length)));
      for (let m = random.int(4); m > 0; m--) broken[random.int(broken.length)] = random.int(256);
      const kept = await keptOf(type, broken);
      if (kept) assert(kept.width > 0 && kept.height > 0 && kept.bytes.length <= dirty.length + 40);
    }
  });
}

test("planOf: keeps the colour profile", async () => {
  for (const [type, bytes] of [["image/jpeg", JPEG], ["image/webp", WEBP]] as const) {
    assert(asText((await keptOf(type, bytes))!.bytes).includes("sRGB".split("").join("\0")), type);
  }
});

test("planOf: takes a JPEG whose end is missing, and one with bytes that fill", async () => {
  assert(await keptOf("image/jpeg", JPEG.subarray(0, -2)));
  const filled = jpegWith(concat([0xff, 0xff], segment(0xfe, "x")));
  assertEquals((await keptOf("image/jpeg", filled))!.bytes.length, JPEG.length);
});

test("planOf: takes a WebP of every kind", async () => {
  const lossy = concat("RIFF", [0, 0, 0, 0], "WEBP", WEBP.subarray(WEBP.length - 58));
  lossy.set([lossy.length - 8], 4);
  assertEquals((await keptOf("image/webp", lossy))?.width, 6);
  assertEquals((await keptOf("image/webp", LOSSLESS_WEBP))?.height, 4);
  const bare = concat("RIFF", [0, 0, 0, 0], "WEBP", LOSSLESS_WEBP.subarray(-30));
  bare.set([bare.length - 8], 4);
  const kept = (await keptOf("image/webp", bare))!;
  assertEquals([kept.width, kept.height, kept.bytes], [6, 4, bare]);
});

test("planOf: takes no image that is too large to look at, or has too many pieces", async () => {
  const ihdr = (side: number) => chunk("IHDR", big(side, 4), big(side, 4), [8, 2, 0, 0, 0]);
  const png = (side: number, ...chunks: Uint8Array[]) =>
    concat(PNG.subarray(0, 8), ihdr(side), ...chunks, chunk("IEND"));
  assert(await keptOf("image/png", png(15_000)));
  assert(await isNoImage("image/png", png(40_000)));
  assert(await isNoImage("image/png", png(0)));
  const pair = concat(chunk("pHYs"), chunk("tEXt"));
  const many = concat(...Array.from({ length: LIMITS.imagePieces + 10 }, () => pair));
  assert(await isNoImage("image/png", png(5, many)));
});

test("isWhole: is true of an image without metadata", async () => {
  const whole = await withPlan("image/png", PNG, (plan) => isWhole(plan!, PNG.length));
  const dirty = pngWith(chunk("tEXt"));
  const cut = await withPlan("image/png", dirty, (plan) => isWhole(plan!, dirty.length));
  assertEquals([whole, cut], [true, false]);
});

test("orientationIn: is 1 for data that has none, or cannot be read", () => {
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) assertEquals(orientationIn(exif(n)), n);
  for (const n of [0, 9]) assertEquals(orientationIn(exif(n)), 1);
  for (
    const text of ["", "II", "II*\0", "MM\0*\xff\xff\xff\xff", "xx*\0\0\0\0\0", "II*\0\x08\0\0\0"]
  ) {
    assertEquals(orientationIn(concat(text)), 1, text);
  }
});
