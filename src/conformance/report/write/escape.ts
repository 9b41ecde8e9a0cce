/** Text of a store, which may hold anything, made fit for markup. */
import { stripVTControlCharacters } from 'node:util'

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Fit for the content of an element, of XML and of HTML. What XML 1.0 has no place for is taken out: control characters, with the
 * sequences of a terminal whole, halves of surrogate pairs, and the two that are no characters.
 */
export function escapeText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => escapes[character] ?? character)
}

/** Fit for a value in double quotes: a reader would make blanks of its line breaks. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replace(/\n/g, '&#10;').replace(/\r/g, '&#13;').replace(/\t/g, '&#9;')
}

function printable(text: string): string {
  return stripVTControlCharacters(text).replace(
    /[^\t\n\r\u{20}-\u{7e}\u{85}\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
    '',
  )
}
