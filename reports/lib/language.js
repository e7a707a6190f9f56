// Words, numbers and days as a language writes them.
import { readFile } from 'node:fs/promises';

const locales = { en: 'en-GB', vi: 'vi-VN' };

export class Language {
  static async load(code) {
    const words = JSON.parse(await readFile(new URL(`../text/${code}.json`, import.meta.url), 'utf8'));
    return new Language(code, words);
  }

  constructor(code, words) {
    this.code = code;
    this.locale = locales[code];
    this.words = words;
  }

  // The text of a path such as "sections.coverage.title".
  text(path) {
    let found = this.words;
    for (const part of path.split('.')) found = found?.[part];
    if (typeof found !== 'string') throw new Error(`text "${path}" is missing in ${this.code}.json`);
    return found;
  }

  has(path) {
    let found = this.words;
    for (const part of path.split('.')) found = found?.[part];
    return typeof found === 'string';
  }

  // A value of the data, such as "inner" or "topic_session", in words; what the language has no word for stays as it is.
  value(name) {
    return this.words.values[name] ?? name;
  }

  number(value, digits) {
    return new Intl.NumberFormat(this.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value).replace('-', '−');
  }

  day(text) {
    const [year, month, day] = text.slice(0, 10).split('-').map(Number);
    const options = { day: 'numeric', month: this.code === 'vi' ? 'numeric' : 'long', year: 'numeric', timeZone: 'UTC' };
    return new Intl.DateTimeFormat(this.locale, options).format(Date.UTC(year, month - 1, day));
  }

  // A number with its sign; what is rounded to nothing has none.
  signed(value, digits) {
    const sign = Math.round(Math.abs(value) * 10 ** digits) === 0 ? '' : value > 0 ? '+' : '−';
    return sign + this.number(Math.abs(value), digits);
  }

  // A moment of a database's clock, "2023-05-31 17:40:05" and the name of its time zone.
  moment(text) {
    const [clock, zone] = [text.slice(11, 16), text.slice(20)];
    return this.text('page.moment').replace('{clock}', clock).replace('{day}', this.day(text)).replace('{zone}', zone);
  }

  // A value in a format: text, value (a name of the data), issue, int, percent, points (a difference of percents), number, signed, p, day, moment, flag.
  format(value, format) {
    if (value === null || value === undefined) return '';
    switch (format) {
      case 'int': return this.number(value, 0);
      case 'percent': return `${this.number(100 * value, 1)} %`;
      case 'points': return this.signed(100 * value, 1);
      case 'number': return this.number(value, 2);
      case 'signed': return this.signed(value, Math.abs(value) < 1 ? 3 : 2);
      case 'signed_int': return `${value > 0 ? '+' : value < 0 ? '−' : '±'}${this.number(Math.abs(value), 0)}`;
      case 'p': return value < 0.001 ? `< ${this.number(0.001, 3)}` : this.number(value, value < 0.1 ? 3 : 2);
      case 'km': return this.number(value, 1);
      case 'month': return `${value.slice(5, 7)}/${value.slice(0, 4)}`;
      case 'day': return this.day(value);
      case 'moment': return this.moment(value);
      case 'flag': return this.text(value ? 'page.yes' : 'page.no');
      case 'value': return this.value(value);
      case 'issue': return this.words.issues[value] ?? value.replaceAll('_', ' ');
      default: return String(value);
    }
  }

  // Fills {name:format} in a sentence, and {name?one|many} by whether the value is one.  What stands in [[ ]] is left out
  // where one of its values is not known.
  fill(template, values) {
    const put = (part) => part
      .replace(/\{(\w+)\?([^|}]*)\|([^}]*)\}/g, (_, name, one, many) => (values[name] === 1 ? one : many))
      .replace(/\{(\w+)(?::(\w+))?\}/g, (_, name, format) => this.format(values[name], format));
    const known = template.replace(/\[\[(.*?)\]\]/g, (_, part) =>
      [...part.matchAll(/\{(\w+)/g)].some(([, name]) => values[name] === null || values[name] === undefined) ? '' : part);
    const filled = put(known).replace(/ {2,}/g, ' ').replace(/ (?=[,.;)])/g, '').trim();
    return filled.charAt(0).toLocaleUpperCase(this.locale) + filled.slice(1);
  }

  // What Vega needs to write numbers and days.
  vega() {
    const months = Array.from({ length: 12 }, (_, month) => Date.UTC(2023, month, 1));
    const days = Array.from({ length: 7 }, (_, day) => Date.UTC(2023, 0, 1 + day));
    const names = (dates, options) => dates.map((date) => new Intl.DateTimeFormat(this.locale, { ...options, timeZone: 'UTC' }).format(date));
    return {
      number: { decimal: this.code === 'vi' ? ',' : '.', thousands: this.code === 'vi' ? '.' : ',', grouping: [3], currency: ['', ''] },
      time: {
        dateTime: '%x, %X', date: '%d/%m/%Y', time: '%H:%M:%S', periods: ['AM', 'PM'],
        days: names(days, { weekday: 'long' }), shortDays: names(days, { weekday: 'short' }),
        months: names(months, { month: 'long' }), shortMonths: this.code === 'vi' ? months.map((_, i) => `Th${i + 1}`) : names(months, { month: 'short' }),
      },
    };
  }
}
