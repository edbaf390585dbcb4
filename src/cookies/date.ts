/** The date in an `Expires` attribute, as RFC 6265bis, 5.1.1 has it: fields in any order, with any delimiters. */

const DELIMITERS = /[\t -/;-@[-`{-~]+/;
/** Each field ends at the first character that is no digit; what follows in the same token is ignored. */
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)/;
const DAY = /^\d{1,2}(?!\d)/;
const YEAR = /^\d{2,4}(?!\d)/;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** In milliseconds since the epoch; `null` if `text` is no date. @internal */
export function cookieDate(text: string): number | null {
  let time: [hours: number, minutes: number, seconds: number] | null = null;
  let day: number | null = null;
  let month: number | null = null;
  let year: number | null = null;
  for (const token of text.split(DELIMITERS)) {
    const found: RegExpExecArray | null = time === null ? TIME.exec(token) : null;
    if (found !== null) time = [Number(found[1]), Number(found[2]), Number(found[3])];
    else if (day === null && DAY.test(token)) day = Number.parseInt(token, 10);
    else if (month === null && monthOf(token) !== null) month = monthOf(token);
    else if (year === null && YEAR.test(token)) year = fullYear(Number.parseInt(token, 10));
  }
  if (time === null || day === null || month === null || year === null || year < 1601) return null;
  const [hours, minutes, seconds] = time;
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const date = new Date(Date.UTC(year, month, day, hours, minutes, seconds));
  // `Date` makes the 3rd of March of a 31st of February.
  return date.getUTCMonth() === month && date.getUTCDate() === day ? date.getTime() : null;
}

/** From 0. Only the first three letters count. */
function monthOf(token: string): number | null {
  const month = MONTHS.indexOf(token.slice(0, 3).toLowerCase());
  return month === -1 ? null : month;
}

/** Two digits mean a year from 1970 to 2069. */
function fullYear(year: number): number {
  if (year >= 70 && year <= 99) return year + 1900;
  return year <= 69 ? year + 2000 : year;
}
