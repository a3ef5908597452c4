/**
 * The emoji that the page offers, with their names and search words, made when the page is bundled.
 *
 * They come from a package whose JSON holds far more than that, and are written by name in each language
 * that the page speaks. The package is found at run time, so that neither the compiled program nor one
 * that imports the package of this project contains it: both have the finished page.
 */

/** The languages that there are names in. */
export type Language = "en" | "zh";

/** An emoji of the package, as far as it is used. */
interface Entry {
  readonly emoji: string;
  readonly annotation: string;
  readonly tags?: readonly string[];
  readonly group: number;
}

/** One emoji: itself, its name, its search words joined by blanks, and the number of its group. */
export type EmojiRow = readonly [emoji: string, name: string, words: string, group: number];

/** The group of skin tones and hair, which are parts of emoji. */
const PARTS = 2;
/** The package's selector for a coloured picture, where the character is one without it. */
const NEEDLESS = /(?<=\p{Emoji_Presentation})\u{FE0F}/gu;

/**
 * The emoji in the order in which they are shown, as JSON: a list of {@linkcode EmojiRow}.
 *
 * @throws {TypeError} if the package cannot be loaded
 */
export async function emojiOf(language: Language): Promise<string> {
  const address = `emoji-picker-element-data/${language}`;
  const { default: entries } = await import(address, { with: { type: "json" } });
  return JSON.stringify((entries as Entry[]).filter(({ group }) => group !== PARTS).map(rowOf));
}

/** In the form that everyone else sends, since a reaction with another form is another one. */
function rowOf({ emoji, annotation, tags = [], group }: Entry): EmojiRow {
  return [emoji.replace(NEEDLESS, ""), annotation, tags.join(" "), group];
}
