/**
 * The words of the page in the reader's language, and dates in the reader's format.
 *
 * The first of the browser's languages that the page speaks decides about the words, else English;
 * dates and times follow the browser's first language, whether or not the page speaks it.
 */

import { datesIn } from "../text/dates.ts";
import { sizesIn } from "../text/sizes.ts";
import { en, type Words } from "./en.ts";
import { zh } from "./zh.ts";

const spoken = { en, zh };

/** The first language of these that the page speaks, as a tag. */
export function languageOf(languages: readonly string[]): string {
  return languages.find((tag) => tag.split("-")[0].toLowerCase() in spoken) ?? "en";
}

export const language = languageOf(navigator.languages);

/** What is given for the reader's language. */
export const inLanguage = <T>(given: { readonly en: T; readonly zh: T }): T =>
  given[language.split("-")[0].toLowerCase() as "en" | "zh"];

export const words: Words = inLanguage(spoken);
export const dates = datesIn(navigator.languages);
export const sizeText = sizesIn(navigator.languages);

/** `Ann, Ben and Cem` */
export const listOf = (names: readonly string[]): string =>
  new Intl.ListFormat(language).format(names);
