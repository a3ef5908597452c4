/** The types of files. */

import { assert, assertEquals } from "@std/assert";
import { isInline, SNIFFED, typeOf } from "../../files/types.ts";
import { concat, JPEG, PNG, WEBP } from "../../testing/images.ts";

const of = (...parts: Parameters<typeof concat>) => typeOf(concat(...parts));

Deno.test("typeOf: knows images, sound and films by their first bytes", () => {
  assertEquals([typeOf(JPEG), typeOf(PNG), typeOf(WEBP)], [
    "image/jpeg",
    "image/png",
    "image/webp",
  ]);
  const page = "\0".repeat(22);
  const known: [string, string][] = [
    ["GIF89a", "image/gif"],
    ["RIFF\0\0\0\0WAVEfmt ", "audio/wav"],
    ["fLaC\0", "audio/flac"],
    [`OggS\0\x02${page}OpusHead`, "audio/ogg"],
    [`OggS\0\x02${page}\x01vorbis`, "audio/ogg"],
    [`OggS\0\x02${page}\x80theora`, "video/ogg"],
    ["ID3\x04\0", "audio/mpeg"],
    ["\xff\xfb\x90", "audio/mpeg"],
    ["\xff\xf1\x50", "audio/aac"],
    ["\0\0\0 ftypM4A ", "audio/mp4"],
    ["\0\0\0 ftypisom", "video/mp4"],
    ["\0\0\0 ftypmp42", "video/mp4"],
    ["\0\0\0 ftypqt  ", "video/quicktime"],
    ["\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm", "video/webm"],
  ];
  for (const [text, type] of known) {
    assertEquals(of(text), type);
    assert(isInline(type));
  }
});

Deno.test("typeOf: gives a type that is run or opened by another program to nothing inline", () => {
  const known: [string, string][] = [
    ['<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "text/plain"],
    ["<svg onload=alert(1)>", "text/plain"],
    ["<!doctype html><script>alert(1)</script>", "text/plain"],
    ["%PDF-1.7\n", "application/pdf"],
    ["PK\x03\x04", "application/zip"],
    ["\x1f\x8b\x08", "application/gzip"],
    ["MZ\x90\0", "application/octet-stream"],
    ["\x7fELF", "application/octet-stream"],
    ["\xff\xfeh\0i\0", "application/octet-stream"],
    ["\0\0\0 ftypavif", "application/octet-stream"],
    ["\x1aE\xdf\xa3\x9fB\x82\x88matroska", "application/octet-stream"],
    [" GIF89a", "text/plain"],
    ["", "text/plain"],
  ];
  for (const [text, type] of known) {
    assertEquals(of(text), type, text);
    assert(!isInline(type));
  }
});

Deno.test("typeOf: takes UTF-8 for text, also where a character is cut off", () => {
  const text = new TextEncoder().encode(`x${"ü".repeat(SNIFFED)}`);
  assertEquals(typeOf(text.subarray(0, SNIFFED)), "text/plain");
  assertEquals(typeOf(concat("a", [0xfc], "b")), "application/octet-stream");
  assertEquals(typeOf(concat("a\0b")), "application/octet-stream");
});
