/** The names of files. */

import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { cleanFileName } from "../../files/names.ts";

Deno.test("cleanFileName: keeps names in every script", () => {
  for (
    const name of [
      "photo.jpg",
      "Größe (1).tar.gz",
      "東京 写真.png",
      "фото.png",
      "صورة.png",
      "תמונה.png",
      "คำ.txt",
      "नमस्ते.txt",
      "👩‍👩‍👧 family.png",
      "می‌خواهم.txt",
    ]
  ) assertEquals(cleanFileName(name), name);
  assertEquals(cleanFileName("e\u0301.txt"), "é.txt");
});

Deno.test("cleanFileName: leaves no path", () => {
  for (const path of ["../../etc/passwd", "/etc/passwd", "C:\\Windows\\passwd", "..\\/passwd"]) {
    assertEquals(cleanFileName(path), "passwd");
  }
  for (const path of ["", "..", ".", "/", "a/", "\\", " ", "\0", "\u202e", ". .", "...."]) {
    assertEquals(cleanFileName(path), "file", JSON.stringify(path));
  }
  assertEquals(cleanFileName(".bashrc"), "bashrc");
});

Deno.test("cleanFileName: leaves nothing invisible or forbidden", () => {
  assertEquals(cleanFileName("cod\u202egpj.exe"), "codgpj.exe");
  assertEquals(
    cleanFileName("a\r\nSet-Cookie: x\0\x1b[2J\u200b\ufeff.txt"),
    "aSet-Cookie_ x[2J.txt",
  );
  assertEquals(cleanFileName('<a href="x">|?*.txt. '), "_a href=_x_____.txt");
  assertEquals(cleanFileName("a\ud800b.txt").includes("\ud800"), false);
  assertEquals(cleanFileName("a\u2028\u2029\u0085 \t  b"), "a b");
});

Deno.test("cleanFileName: shortens a name and keeps its ending", () => {
  const name = cleanFileName(`${"長".repeat(500)}.jpeg`);
  assertEquals([...name].length, LIMITS.fileName);
  assert(name.endsWith("長.jpeg"));
  assertEquals([...cleanFileName("😀".repeat(9_999))].length, LIMITS.fileName);
});
