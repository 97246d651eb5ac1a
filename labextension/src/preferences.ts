import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IPreferences } from './preferencetokens';

/** Joules in the units that the settings know. */
const JOULES: { readonly [unit: string]: number } = {
  J: 1,
  kJ: 1e3,
  MJ: 1e6,
  mWh: 3.6,
  Wh: 3600,
  kWh: 3.6e6
};

/**
 * What the user chose in the settings; the defaults until they have been read, and where a value is none.
 */
export class Preferences implements IPreferences {
  /** Take what the settings say, now and whenever they change. */
  set settings(settings: ISettingRegistry.ISettings) {
    settings.changed.connect(this._read, this);
    this._read(settings);
  }

  /** Whether cells have badges. */
  get badge(): boolean {
    return this._values.badge !== false;
  }

  /** From how many joules on. */
  get badgeThreshold(): number {
    return joules(this._values.badgeThreshold);
  }

  /** The unit of energy. */
  get energyUnit(): IPreferences['energyUnit'] {
    const { energyUnit } = this._values;
    return energyUnit === 'J' || energyUnit === 'Wh' ? energyUnit : 'auto';
  }

  /** The unit of emissions. */
  get emissionsUnit(): IPreferences['emissionsUnit'] {
    return this._values.emissionsUnit === 'g' ? 'g' : 'auto';
  }

  /** Whether the panel draws the power. */
  get chart(): boolean {
    return this._values.chart !== false;
  }

  /** Whether each new Python kernel is metered without being asked. */
  get autoload(): boolean {
    return this._values.autoload === true;
  }

  /** Whether a cell's figures are written into its metadata. */
  get saveInMetadata(): boolean {
    return this._values.saveInMetadata === true;
  }

  /** Emitted after each change. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  private _read({ composite }: ISettingRegistry.ISettings): void {
    this._values = composite;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _values: ISettingRegistry.ISettings['composite'] = {};
}

/** "10 mWh" in joules; nothing for what is no energy. */
export function joules(text: unknown): number {
  const [, figure, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*$/.exec(String(text)) ?? [];
  const size = JOULES[unit || 'J'];
  return figure && size ? Number(figure) * size : 0;
}
