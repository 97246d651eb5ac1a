import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

/** The units in which figures are told. */
export interface IUnits {
  readonly energyUnit: 'auto' | 'J' | 'Wh';
  readonly emissionsUnit: 'auto' | 'g';
}

/** What the user chose in the settings. */
export interface IPreferences extends IUnits {
  /** Whether cells have badges. */
  readonly badge: boolean;
  /** From how many joules on. */
  readonly badgeThreshold: number;
  /** Whether the panel draws the power. */
  readonly chart: boolean;
  /** Whether each new Python kernel is metered without being asked. */
  readonly autoload: boolean;
  /** Whether a cell's figures are written into its metadata. */
  readonly saveInMetadata: boolean;
  readonly changed: ISignal<IPreferences, void>;
}

/** The token under which the settings are provided. */
export const IPreferences = new Token<IPreferences>(
  'jupyter-green:IPreferences',
  'What the user chose in the settings of jupyter-green.'
);
