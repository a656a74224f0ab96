/** Which language the page speaks: the payer's choice on this device, else their browser's, else English. */
import { createContext, useContext } from "react";
import { LANGUAGES } from "./session.ts";
import type { Language } from "./session.ts";
import { WORDS } from "./languages.ts";
import type { Words } from "./words.ts";

const PLACE = "malipo.language";
const NAMES: Readonly<Record<Language, string>> = { en: "English", sw: "Kiswahili" };

const known = (text: string | null | undefined): Language | null =>
  LANGUAGES.find((language) => text?.toLowerCase().startsWith(language)) ?? null;

/** A browser may refuse to remember anything, which is no reason not to pay. */
const remembered = (): Language | null => {
  try {
    return known(window.localStorage.getItem(PLACE));
  } catch {
    return null;
  }
};

export const firstLanguage = (): Language =>
  remembered() ?? navigator.languages.map(known).find((language) => language !== null) ?? "en";

export const remember = (language: Language): void => {
  try {
    window.localStorage.setItem(PLACE, language);
  } catch {
    // Asked again next time.
  }
};

export const Speaking = createContext<Language>("en");

export const useWords = (): Words => WORDS[useContext(Speaking)];

interface Choice {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

export const LanguageChoice = ({ language, choose }: Choice) => (
  <div className="languages" role="group" aria-label={WORDS[language].language}>
    {LANGUAGES.map((one) => (
      <button key={one} type="button" lang={one} aria-pressed={one === language} onClick={() => choose(one)}>
        {NAMES[one]}
      </button>
    ))}
  </div>
);
