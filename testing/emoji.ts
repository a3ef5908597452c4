/**
 * `deno task emoji`: writes the emoji that the page offers, with their names and search words in each
 * language that the page speaks, into `static/emoji/`. Run it when there are new emoji.
 *
 * They come from a package with the names in thirty languages, 31 MB of them. The program does not
 * depend on it, since every download and every compiled program would contain all of that.
 */

const PACKAGE = "npm:emoji-picker-element-data@1.8.0";
const FILES = { en: "en/cldr-native/data.json", zh: "zh/emojibase/data.json" };

/** An emoji of the package, as far as it is used. */
interface Entry {
  readonly emoji: string;
  readonly annotation: string;
  readonly tags?: readonly string[];
  readonly group: number;
}

/** The group of skin tones and hair, which are parts of emoji. */
const PARTS = 2;
/** The package's selector for a coloured picture, where the character is one without it. */
const NEEDLESS = /(?<=\p{Emoji_Presentation})\u{FE0F}/gu;

/**
 * Itself, its name, its search words joined by blanks, and the number of its group. The emoji is in the
 * form that everyone else sends, since a reaction with another form is another one.
 */
function rowOf({ emoji, annotation, tags = [], group }: Entry): unknown[] {
  return [emoji.replace(NEEDLESS, ""), annotation, tags.join(" "), group];
}

for (const [language, file] of Object.entries(FILES)) {
  const { default: entries } = await import(`${PACKAGE}/${file}`, { with: { type: "json" } });
  const rows = (entries as Entry[]).filter(({ group }) => group !== PARTS).map(rowOf);
  const lines = rows.map((row) => JSON.stringify(row)).join(",\n");
  await Deno.writeTextFile(
    new URL(`../static/emoji/${language}.json`, import.meta.url),
    `[\n${lines}\n]\n`,
  );
}
