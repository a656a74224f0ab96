/** The languages that the page speaks, each with all of its words. */
import type { Language } from "./session.ts";
import { ENGLISH } from "./words-en.ts";
import { SWAHILI } from "./words-sw.ts";
import type { Words } from "./words.ts";

export const WORDS: Readonly<Record<Language, Words>> = { en: ENGLISH, sw: SWAHILI };
