/** The values of each flag: from the command line, from its variable, by default. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "../../testing/support.ts";
import { FILES, parse as parseWords, refused as refusedWords, ROWS, SWITCHES } from "./rows.ts";

for (const [flag, { key, initial, good, bad, others = [] }] of Object.entries(ROWS)) {
  const parse = (words: string[], env = {}) => parseWords([...others, ...words], env);
  const refused = (words: string[], env = {}) => refusedWords([...others, ...words], env);
  const variable = `CHAT_${flag.replaceAll("-", "_").toUpperCase()}`;

  test(`parseConfig: has --${flag}, its default and its variable`, () => {
    assertEquals(parseWords([])[key], initial);
    assertEquals(parseWords([], { [variable]: "" })[key], initial);
    for (const [word, value] of Object.entries(good)) {
      assertEquals(parse([`--${flag}=${word}`])[key], value, word);
      assertEquals(parse([], { [variable]: word })[key], value, word);
      if (!SWITCHES.has(flag)) assertEquals(parse([`--${flag}`, word])[key], value, word);
    }
  });

  test(`parseConfig: prefers --${flag} to its variable`, () => {
    const [word, value] = Object.entries(good)[0];
    for (const other of [...bad, ...Object.keys(good)]) {
      assertEquals(parse([`--${flag}=${word}`], { [variable]: other })[key], value, other);
    }
  });

  test(`parseConfig: refuses bad values of --${flag}, naming the source and the word`, () => {
    for (const word of bad) {
      const flagged = refused([`--${flag}=${word}`]);
      assertStringIncludes(flagged, `--${flag}`);
      assertStringIncludes(flagged, `"${word}"`);
      const inherited = refused([], { [variable]: word });
      assertStringIncludes(inherited, Object.hasOwn(FILES, flag) ? `--${flag}` : variable);
      assertStringIncludes(inherited, `"${word}"`);
    }
  });
}
