/** The words of the parts that are loaded later. */

import { en, type RareWords } from "./words_en.ts";
import { zh } from "./words_zh.ts";
import { inLanguage } from "../kit.ts";

export const rare: RareWords = inLanguage<RareWords>({ en, zh });
