// Instants and dates (`spec/README.md`). An instant is held as milliseconds since 1970.

export type Instant = number;

const SHAPE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})Z$/;
/** 0000-01-01T00:00:00.000Z. */
const FIRST = -62_167_219_200_000;
/** 9999-12-30T21:59:59.999Z. */
const LAST = 253_402_207_199_999;

/** Reads `YYYY-MM-DDTHH:MM:SS.mmmZ`; undefined for any other text. */
export function parseInstant(text: string): Instant | undefined {
  const found = SHAPE.exec(text);
  if (!found) return undefined;
  const [year, month, day, hour, minute, second, milli] = found.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const midnight = midnightOf(year, month, day);
  if (midnight === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  return inRange(midnight + ((hour * 60 + minute) * 60 + second) * 1000 + milli);
}

/** The instant of whole seconds since 1970; undefined outside the years there are. */
export const instantOf = (seconds: bigint): Instant | undefined => inRange(Number(seconds) * 1000);

export const formatInstant = (instant: Instant): string => {
  // Years before 0 and after 9999 are written otherwise, and there are none.
  return new Date(instant).toISOString();
};

/** The instant so many seconds later, or the last there is. */
export const later = (instant: Instant, seconds: number): Instant => Math.min(instant + seconds * 1000, LAST);

/** The instant cut to whole seconds. */
export const floorSecond = (instant: Instant): Instant => Math.floor(instant / 1000) * 1000;

/** Midnight UTC of a day of the Gregorian calendar; undefined where there is no such day. */
export function midnightOf(year: number, month: number, day: number): Instant | undefined {
  const date = new Date(0);
  // The constructor takes the years 0 to 99 for those of the last century.
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDay ? date.getTime() : undefined;
}

/** A date `YYYY-MM-DD`, unchanged; undefined for any other text. */
export function parseDate(text: string): string | undefined {
  const found = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  return found && midnightOf(Number(found[1]), Number(found[2]), Number(found[3])) !== undefined ? text : undefined;
}

/** The UTC day of an instant, `YYYY-MM-DD`. */
export const dayOf = (instant: Instant): string => formatInstant(instant).slice(0, 10);

/** The first instant of the day behind a date; undefined where there is none. */
export function endOf(date: string): Instant | undefined {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  const midnight = midnightOf(year, month, day);
  return midnight === undefined ? undefined : inRange(midnight + 86_400_000);
}

const inRange = (instant: number): Instant | undefined => (instant >= FIRST && instant <= LAST ? instant : undefined);
