import type { TranslationBundle } from '@jupyterlab/translation';

import { isKnown } from './components';
import type { CellSummary, Intensity, Saving, SourceSummary, Verified } from './protocol';
import type { Quantities } from './quantities';
import type { ICellList, IRemote } from './tokens';

/**
 * The words that panel and badge share.
 */
export class Wording {
  constructor(options: Wording.IOptions) {
    this._quantities = options.quantities;
    this._trans = options.trans;
  }

  /** "GPU", "CPU", "memory". */
  component(name: string): string {
    return name === 'ram' ? this._trans.__('memory') : this.shortComponent(name);
  }

  /** "GPU", "CPU", "RAM". */
  shortComponent(name: string): string {
    return isKnown(name) ? name.toUpperCase() : name;
  }

  /** How a source knows. */
  method(method: SourceSummary['method']): string {
    switch (method) {
      case 'counter':
        return this._trans.__('measured');
      case 'integrated':
        return this._trans.__('measured from sampled power');
      case 'modelled':
        return this._trans.__('modelled');
    }
  }

  /** What became of the cell; empty when all went well. */
  status(status: CellSummary['status']): string {
    switch (status) {
      case 'ok':
        return '';
      case 'error':
        return this._trans.__('stopped by an error');
      case 'interrupted':
        return this._trans.__('interrupted');
    }
  }

  /** Why there was much energy between cells; empty when that is not plain. */
  between(why: ICellList['betweenWhy']): string {
    switch (why) {
      case 'gpu-held':
        return this._trans.__('the kernel held the GPU');
      case null:
        return '';
    }
  }

  /** "Published: 30 – 50 % less energy per unit of work". */
  saving({ low, high }: Saving): string {
    const [least, most] = low <= high ? [low, high] : [high, low];
    const percent = (share: number) => this._quantities.percent(Math.abs(share));
    if (most <= 0) {
      return this._trans.__('Published: %1 to %2 more energy', percent(most), percent(least));
    }
    return least < 0
      ? this._trans.__('Published: from %1 more to %2 less energy', percent(least), percent(most))
      : this._trans.__('Published: %1 to %2 less energy', percent(least), percent(most));
  }

  /** What a suggestion does to the result; other words than those of our own rules stay as they are. */
  effect(effect: string): string {
    switch (effect) {
      case 'same result':
        return this._trans.__('same result');
      case 'numerics change':
        return this._trans.__('numerics change');
      case 'result changes':
        return this._trans.__('result changes');
      default:
        return effect;
    }
  }

  /**
   * "✓ Measured here: −41 % energy per unit of work (−37 … −44), 12 paired runs".
   *
   * Where no counter could be read nothing was measured but CPU time, and no share of energy is told.
   */
  verified(verified: Verified): string {
    const { basis, ratio, low, high, payback } = verified;
    const isNone = low <= 1 && high >= 1;
    const mark = isNone ? '≈' : ratio < 1 ? '✓' : '✕';
    const words =
      basis === 'energy' ? this._measured(verified, isNone) : this._timed(verified, isNone);
    const paysBack =
      payback === null || isNone || ratio >= 1
        ? ''
        : ` · ${this._trans._n('pays back after one run', 'pays back after %1 runs', Math.ceil(payback))}`;
    return `${mark} ${words}${paysBack}`;
  }

  /** "78 % measured, 22 % modelled". */
  measured(share: number | null): string {
    if (share === null) {
      return this._trans.__('measured share unknown');
    }
    return this._trans.__(
      '%1 measured, %2 modelled',
      this._quantities.percent(share),
      this._quantities.percent(1 - share)
    );
  }

  /** "≈ 0.90 Wh (0.18 – 4.5), modelled, not included": hardly known, so with two figures at most. */
  hosted({ joules, low, high, unknown }: Omit<IRemote, 'calls' | 'source'>): string {
    if (joules === null) {
      return this._trans.__('energy unknown, not included');
    }
    const energy = this._quantities.text(
      this._quantities.energy({ value: joules, low, high, rough: true })
    );
    return unknown > 0
      ? this._trans.__('≈ %1 and some unknown, modelled, not included', energy)
      : this._trans.__('≈ %1, modelled, not included', energy);
  }

  /** "France 49 g/kWh, 2025 mean · PUE 1.2"; the mean of the world is called what it is. */
  place(intensity: Intensity, pue: number): string {
    const zone =
      intensity.status === 'world-mean'
        ? this._trans.__('place not known: world')
        : (intensity.name ?? intensity.zone);
    const value = `${this._quantities.number(intensity.value, intensity.value < 10 ? 1 : 0)}\u00a0g/kWh`;
    return `${zone} ${value}, ${this._vintage(intensity)} · PUE\u00a0${this._quantities.number(pue, 2, 1)}`;
  }

  /** Whose figure the carbon intensity is, and what it covers. */
  provenance({ boundary, method, source }: Intensity): string {
    const scope =
      method === 'marginal'
        ? this._trans.__('marginal emissions')
        : {
            lifecycle: this._trans.__('lifecycle emissions'),
            direct: this._trans.__('direct emissions'),
            unknown: this._trans.__('boundary unknown')
          }[boundary];
    return [source, scope].filter(part => part).join('; ');
  }

  private _measured({ ratio, low, high, rounds }: Verified, isNone: boolean): string {
    const signed = (ratio: number) => this._quantities.change(ratio - 1);
    // The larger effect last, as in "−37 … −44".
    const [near, far] = (ratio <= 1 ? [high, low] : [low, high]).map(signed);
    return isNone
      ? this._trans.__(
          'Measured here: no detectable difference (%1 … %2 %), %3',
          near,
          far,
          this._rounds(rounds)
        )
      : this._trans.__(
          'Measured here: %1 % energy per unit of work (%2 … %3), %4',
          signed(ratio),
          near,
          far,
          this._rounds(rounds)
        );
  }

  private _timed({ ratio, low, high, rounds }: Verified, isNone: boolean): string {
    const times = (value: number) => this._quantities.number(value, value < 0.095 ? 3 : 2, 2);
    const figures = [times(ratio), times(low), times(high), this._rounds(rounds)];
    return isNone
      ? this._trans.__(
          'CPU time, modelled watts: no detectable difference, ×%1 (%2 – %3), %4',
          ...figures
        )
      : this._trans.__('CPU time, modelled watts: ×%1 (%2 – %3), %4', ...figures);
  }

  private _rounds(rounds: number): string {
    return this._trans._n('one paired run', '%1 paired runs', rounds);
  }

  private _vintage({ status, year }: Intensity): string {
    switch (status) {
      case 'configured':
        return this._trans.__('as configured');
      case 'live':
        return this._trans.__('live');
      case 'cached':
        return this._trans.__('live, last known');
      case 'fallback':
        return this._trans.__('annual mean, no live value');
      default:
        return year === null ? this._trans.__('mean') : this._trans.__('%1 mean', String(year));
    }
  }

  private readonly _quantities: Quantities;
  private readonly _trans: TranslationBundle;
}

/** A namespace for Wording statics. */
export namespace Wording {
  /** The options of a Wording. */
  export interface IOptions {
    quantities: Quantities;
    trans: TranslationBundle;
  }
}
