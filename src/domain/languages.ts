/** The languages of pages and letters (§8): English, the five of the guides, and four more. */
export const languages = ["en", "nl", "fi", "pl", "es", "cs", "fr", "de", "it", "pt"] as const;

export type Language = (typeof languages)[number];

/** Whether this word names one of our languages. */
export function isLanguage(word: string): word is Language {
  return (languages as readonly string[]).includes(word);
}
