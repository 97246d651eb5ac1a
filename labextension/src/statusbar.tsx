import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomModel, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { leafIcon } from './icon';
import type { Quantities } from './quantities';
import type { IPreferences } from './preferencetokens';
import type { IFootprints } from './tokens';

/**
 * The power now and the total of the current notebook, as the status bar tells them.
 */
export class StatusModel extends VDomModel {
  constructor(options: StatusModel.IOptions) {
    super();
    this._options = options;
    options.footprints.currentChanged.connect(this._update, this);
    options.footprints.summariesChanged.connect(this._update, this);
    options.preferences?.changed.connect(this._update, this);
    this._update();
  }

  /** "214 W · 12.4 Wh", or the total alone while nothing runs; empty where nothing is known. */
  get text(): string {
    return this._text;
  }

  private _update(): void {
    const { footprints, quantities, trans } = this._options;
    const view = footprints.current?.view;
    const power = view?.power?.kernel_w ?? null;
    const parts =
      view && view.energy.joules !== null
        ? [
            power === null ? '' : quantities.power(power),
            view.metering === 'off' ? trans.__('metering paused') : '',
            quantities.text(quantities.energy({ value: view.energy.joules }))
          ]
        : [];
    const text = parts.filter(part => part).join(' · ');
    if (text !== this._text) {
      this._text = text;
      this.stateChanged.emit();
    }
  }

  private readonly _options: StatusModel.IOptions;
  private _text = '';
}

/** A namespace for StatusModel statics. */
export namespace StatusModel {
  /** The options of a StatusModel. */
  export interface IOptions {
    footprints: IFootprints;
    preferences: IPreferences | null;
    quantities: Quantities;
    trans: TranslationBundle;
  }
}

/**
 * The item in the status bar, which shows and hides the panel.
 *
 * Its figures change all the time: they are no live region, and thus only read where a screen reader's user goes.
 */
export class StatusItem extends VDomRenderer<StatusModel> {
  constructor(model: StatusModel, options: StatusItem.IOptions) {
    super(model);
    this.addClass('jp-green-status');
    this._options = options;
  }

  /** The item. */
  protected override render(): React.JSX.Element {
    const { toggle, trans } = this._options;
    const name = trans.__('Footprint of this notebook: show or hide the panel');
    return (
      <button className="jp-green-status-button" title={name} onClick={toggle}>
        <leafIcon.react tag="span" className="jp-green-status-icon" aria-hidden="true" />
        <span>{this.model?.text}</span>
      </button>
    );
  }

  private readonly _options: StatusItem.IOptions;
}

/** A namespace for StatusItem statics. */
export namespace StatusItem {
  /** The options of a StatusItem. */
  export interface IOptions {
    /** Called when the user chooses the item. */
    toggle: () => void;
    trans: TranslationBundle;
  }
}
