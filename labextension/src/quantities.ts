import type { TranslationBundle } from '@jupyterlab/translation';

import type { IUnits } from './preferencetokens';
import { unitName } from './units';

/** An amount with the ends of its uncertainty range; null is unknown. */
export interface IAmount {
  readonly value: number | null;
  /** Leave out, with `high`, to have two significant figures instead of three. */
  readonly low?: number | null;
  readonly high?: number | null;
  /** Whether it is hardly known: two significant figures, range or not. */
  readonly rough?: boolean;
}

/** An amount as people read it. */
export interface IQuantity {
  /** "12.4", "< 1", or the word for unknown. */
  readonly figure: string;
  /** "Wh"; empty when unknown. */
  readonly unit: string;
  /** "10.9 – 14.1", in the same unit, or "up to 2.1 mWh"; empty when there is none. */
  readonly range: string;
  /** The range where it stands alone: "10.9 – 14.1 Wh". */
  readonly rangeWithUnit: string;
}

/** A unit, its size in the base unit, and from how many of itself on it is used. */
interface IStep {
  readonly unit: string;
  readonly size: number;
  readonly from: number;
}

/** The largest unit first. Units serve from a tenth of themselves on, so that a table keeps to few of them. */
type Scale = readonly IStep[];

const ENERGY: Scale = [
  { unit: 'kWh', size: 3.6e6, from: 1 },
  { unit: 'Wh', size: 3600, from: 0.1 },
  { unit: 'mWh', size: 3.6, from: 1 }
];
const JOULES: Scale = [
  { unit: 'MJ', size: 1e6, from: 1 },
  { unit: 'kJ', size: 1e3, from: 1 },
  { unit: 'J', size: 1, from: 1 }
];
const WATT_HOURS: Scale = [{ unit: 'Wh', size: 3600, from: 0 }];
const GRAMS: Scale = [{ unit: 'g', size: 1, from: 0 }];
const EMISSIONS: Scale = [
  { unit: 'kg', size: 1e3, from: 1 },
  { unit: 'g', size: 1, from: 0.1 },
  { unit: 'mg', size: 1e-3, from: 0.1 },
  { unit: 'µg', size: 1e-6, from: 1 }
];
const POWER: Scale = [
  { unit: 'kW', size: 1e3, from: 10 },
  { unit: 'W', size: 1, from: 0.1 },
  { unit: 'mW', size: 1e-3, from: 1 }
];
const EFFORT: Scale = [
  { unit: 'kJ', size: 1e3, from: 1 },
  { unit: 'J', size: 1, from: 0.1 },
  { unit: 'mJ', size: 1e-3, from: 0.1 },
  { unit: 'µJ', size: 1e-6, from: 0.1 },
  { unit: 'nJ', size: 1e-9, from: 1 }
];

/** Larger figures are no longer written out. */
const WRITTEN_OUT = 1e6;
const NBSP = '\u00a0';

/**
 * Numbers for people: SI prefixes, three significant figures where the range is told too and two where it is not,
 * "< 1 mWh" below what is worth a figure. The command line and the footnote say the same.
 */
export class Quantities {
  constructor(options: Quantities.IOptions) {
    this._trans = options.trans;
    this._units = options.units ?? { energyUnit: 'auto', emissionsUnit: 'auto' };
    this._locale = supported(options.languageCode);
  }

  /** An energy in J, as mWh, Wh or kWh, or in the unit of the user's choice. */
  energy(amount: IAmount): IQuantity {
    return this._quantity(amount, this._energyScale);
  }

  /** Emissions in gCO₂e, as mg, g or kg. */
  emissions(amount: IAmount): IQuantity {
    return this._quantity(amount, this._units.emissionsUnit === 'g' ? GRAMS : EMISSIONS);
  }

  /** A power in W. */
  power(watts: number | null): string {
    return watts !== null && watts >= 10 && watts < 1e4
      ? join(this.number(watts, 0), 'W')
      : this.text(this._quantity({ value: watts }, POWER));
  }

  /** Energy in J for each unit of an amount of work: "0.42 J/sample", with its range "0.421 J/sample (0.37 – 0.48)". */
  perUnit(
    { value, low, high }: IAmount,
    { amount, unit }: { amount: number; unit: string }
  ): string {
    const each = (joules: number | null | undefined) =>
      typeof joules === 'number' ? joules / amount : joules;
    const {
      figure,
      unit: step,
      range
    } = this._quantity({ value: each(value) ?? null, low: each(low), high: each(high) }, EFFORT);
    return this.text({ figure, unit: step && `${step}/${unitName(unit, this._trans)}`, range });
  }

  /** An amount of work: "53,000 × sample", "2.50 × epoch". */
  work({ amount, unit }: { amount: number; unit: string }): string {
    const figure =
      amount >= 1e3 || Number.isInteger(amount)
        ? this.number(amount, 0)
        : this._significant(amount, 3);
    return `${figure} × ${unitName(unit, this._trans)}`;
  }

  /**
   * Energies in the unit of their total, for a key beside it: "9.7", "2.0", "0.7" of "12.4 Wh".
   *
   * @returns Null where the total itself is too small for a figure.
   */
  parts(total: number, parts: readonly number[]): { figures: string[]; unit: string } | null {
    const step = stepFor(total, this._energyScale, 3);
    if (!step) {
      return null;
    }
    const whole = rounded(total / step.size, 3);
    const digits = whole < 1 ? 2 : whole < 100 ? 1 : 0;
    const least = 10 ** -digits;
    const figure = (value: number) =>
      value > 0 && value < least / 2
        ? `<${NBSP}${this.number(least, digits, digits)}`
        : value < WRITTEN_OUT
          ? this.number(value, digits, digits)
          : this._significant(value, 2);
    return { figures: parts.map(part => figure(part / step.size)), unit: step.unit };
  }

  /** "12.4 Wh (10.9 – 14.1)", or without a range where there is none. */
  text({ figure, unit, range }: Pick<IQuantity, 'figure' | 'unit' | 'range'>): string {
    const main = unit ? join(figure, unit) : figure;
    return range ? `${main} (${range})` : main;
  }

  /** A share of 0 … 1 in per cent. Only a true whole is called "100 %", only nothing "0 %". */
  percent(share: number): string {
    const percent = Math.round(share * 100);
    if (percent === 0 && share > 0) {
      return `<${NBSP}1${NBSP}%`;
    }
    // Sums of floating-point numbers may miss 1 by a little.
    if (percent === 100 && share < 0.99999) {
      return `>${NBSP}99${NBSP}%`;
    }
    return join(this.number(percent, 0), '%');
  }

  /** A relative change in per cent, without the sign for it: "−41", "+3". */
  change(share: number): string {
    const percent = Math.round(share * 100);
    return this._format(percent === 0 ? 0 : percent, {
      maximumFractionDigits: 0,
      signDisplay: 'exceptZero'
    }).replace('-', '−');
  }

  /** A number as it is, with no more decimals than told, and no fewer than `least`. */
  number(value: number, decimals: number, least = 0): string {
    return this._format(value, { minimumFractionDigits: least, maximumFractionDigits: decimals });
  }

  /** "120 ms", "5.2 s", "58 s", "1 min 44 s", "31 min", "2 h 5 min", "3 d 4 h". */
  duration(seconds: number): string {
    if (seconds < 0.9995) {
      return seconds < 0.001 ? `<${NBSP}1${NBSP}ms` : join(this.number(seconds * 1e3, 0), 'ms');
    }
    if (seconds < 9.95) {
      return join(this.number(seconds, 1, 1), 's');
    }
    const whole = Math.round(seconds);
    if (whole < 60) {
      return join(this.number(whole, 0), 's');
    }
    if (whole < 600) {
      return this._pair(whole, 60, 'min', 's');
    }
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) {
      return join(this.number(minutes, 0), 'min');
    }
    return minutes < 24 * 60
      ? this._pair(minutes, 60, 'h', 'min')
      : this._pair(Math.round(seconds / 3600), 24, 'd', 'h');
  }

  /** "15:04", with its day where that is another than today's. */
  time(date: Date, now = new Date()): string {
    const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
    return date.toDateString() === now.toDateString()
      ? this._date(date, time)
      : this._date(date, { ...time, ...this._day(date, now) });
  }

  /** "15:04" today, "22 Nov" before, "22 Nov 2025" before this year: short enough for a column. */
  moment(date: Date, now = new Date()): string {
    return date.toDateString() === now.toDateString()
      ? this.time(date, now)
      : this._date(date, this._day(date, now));
  }

  private _day(date: Date, now: Date): Intl.DateTimeFormatOptions {
    const year = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
    return { day: 'numeric', month: 'short', ...year };
  }

  private _date(date: Date, options: Intl.DateTimeFormatOptions): string {
    return Number.isFinite(date.getTime())
      ? new Intl.DateTimeFormat(this._locale, options).format(date)
      : this._trans.__('unknown');
  }

  private get _energyScale(): Scale {
    return { auto: ENERGY, J: JOULES, Wh: WATT_HOURS }[this._units.energyUnit];
  }

  private _pair(total: number, base: number, large: string, small: string): string {
    const head = join(this.number(Math.floor(total / base), 0), large);
    return total % base === 0 ? head : `${head} ${join(this.number(total % base, 0), small)}`;
  }

  private _quantity({ value, low, high, rough }: IAmount, scale: Scale): IQuantity {
    if (value === null || !Number.isFinite(value)) {
      return { figure: this._trans.__('unknown'), unit: '', range: '', rangeWithUnit: '' };
    }
    const ranged = typeof low === 'number' && typeof high === 'number';
    const digits = rough || low === undefined ? 2 : 3;
    const step = stepFor(value, scale, digits);
    if (!step) {
      const { unit, size } = scale[scale.length - 1];
      const most = ranged && high >= size ? this.text(this._quantity({ value: high }, scale)) : '';
      const range = most && this._trans.__('up to %1', most);
      return { figure: `<${NBSP}1`, unit, range, rangeWithUnit: range };
    }
    const range = ranged ? `${this._end(low / step.size)} – ${this._end(high / step.size)}` : '';
    return {
      figure: this._significant(value / step.size, digits),
      unit: step.unit,
      range,
      rangeWithUnit: range && join(range, step.unit)
    };
  }

  /** One end of a range: two significant figures below ten, three from there on. */
  private _end(value: number): string {
    return this._significant(value, rounded(value, 3) < 10 ? 2 : 3);
  }

  private _significant(value: number, digits: number): string {
    if (value === 0) {
      return '0';
    }
    return value < WRITTEN_OUT
      ? this._format(value, { minimumSignificantDigits: digits, maximumSignificantDigits: digits })
      : this._format(value, { notation: 'scientific', maximumFractionDigits: digits - 1 });
  }

  private _format(value: number, options: Intl.NumberFormatOptions): string {
    const key = JSON.stringify(options);
    let format = this._formats.get(key);
    if (!format) {
      format = new Intl.NumberFormat(this._locale, options);
      this._formats.set(key, format);
    }
    return format.format(value);
  }

  private readonly _formats = new Map<string, Intl.NumberFormat>();
  private readonly _locale: string | undefined;
  private readonly _trans: TranslationBundle;
  private readonly _units: IUnits;
}

/** A namespace for Quantities statics. */
export namespace Quantities {
  /** The options of a Quantities. */
  export interface IOptions {
    /** The interface's language, "fr_FR" or "fr-FR". */
    languageCode: string;
    trans: TranslationBundle;
    /** The user's choice, read anew for each figure. */
    units?: IUnits;
  }
}

function join(figure: string, unit: string): string {
  return `${figure}${NBSP}${unit}`;
}

/** The unit for a value as it will be printed, so that 999.9 Wh becomes 1.00 kWh; undefined below the smallest. */
function stepFor(value: number, scale: Scale, digits: number): IStep | undefined {
  return scale.find(({ size, from }) => rounded(value / size, digits) >= from);
}

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** The language if Intl knows it, else the browser's own. */
function supported(languageCode: string): string | undefined {
  try {
    return Intl.NumberFormat.supportedLocalesOf(languageCode.replace('_', '-'))[0];
  } catch {
    return undefined;
  }
}
