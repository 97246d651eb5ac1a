import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { ReactWidget } from '@jupyterlab/ui-components';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { BadgeDetails } from './badgedetails';
import { BadgeLine } from './badgeline';
import type { ILanguage } from './language';
import type { IPreferences } from './preferencetokens';
import type { FootprintRecord } from './protocol';
import { MIME_TYPE } from './recorded';
import type { IFootprints } from './tokens';
import { read } from './validate';
import { Wording } from './wording';

/** Before text/plain, which every record carries for other frontends. */
const RANK = 50;

/**
 * One cell's footprint, as a line below it that opens to show how each figure is known.
 */
export class Badge extends ReactWidget implements IRenderMime.IRenderer {
  constructor(options: Badge.IOptions) {
    super();
    this.addClass('jp-green-badge');
    this.node.setAttribute('role', 'note');
    this.node.setAttribute('aria-label', options.trans.__('Footprint of the cell'));
    this._options = options;
    this._wording = new Wording(options);
    options.preferences?.changed.connect(this._onPreferences, this);
  }

  /** Show the record of an output. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const { summariesChanged } = this._options.footprints;
    summariesChanged.disconnect(this._refresh, this);
    this._record = read('FootprintRecord', model.data[MIME_TYPE]);
    if (this._record) {
      this.node.dataset.recordId = this._record.id;
    } else {
      delete this.node.dataset.recordId;
    }
    if (this._record?.settled === false) {
      summariesChanged.connect(this._refresh, this);
    }
    this._refresh();
    MessageLoop.sendMessage(this, Widget.Msg.UpdateRequest);
    return this.renderPromise ?? Promise.resolve();
  }

  /** The record; everything in it only ever as text, for it may come from anybody's notebook. */
  protected override render(): React.JSX.Element {
    const { quantities, trans } = this._options;
    if (!this._shown) {
      return <span>{trans.__('A footprint that this version of jupyter-green cannot read.')}</span>;
    }
    const part = { record: this._shown, quantities, trans, wording: this._wording };
    return (
      <details
        open={this._isOpen}
        onToggle={event => {
          this._isOpen = event.currentTarget.open;
          this.update();
        }}
      >
        <summary>
          <BadgeLine {...part} />
        </summary>
        {this._isOpen && <BadgeDetails {...part} />}
      </details>
    );
  }

  private _refresh(): void {
    const { footprints, preferences } = this._options;
    const shown = this._record && settle(this._record, footprints);
    if (preferences) {
      const { badge, badgeThreshold } = preferences;
      const isSmall = (shown?.energy.joules ?? Infinity) < badgeThreshold && !shown?.remote;
      this.setHidden(!badge || isSmall);
    }
    // Kernels speak once a second, and most of what they say is of other cells.
    if (JSON.stringify(shown) !== JSON.stringify(this._shown)) {
      this._shown = shown;
      this.update();
    }
  }

  /** Units may have changed too. */
  private _onPreferences(): void {
    this._refresh();
    this.update();
  }

  private _isOpen = false;
  private readonly _options: Badge.IOptions;
  private _record: FootprintRecord | null = null;
  private _shown: FootprintRecord | null = null;
  private readonly _wording: Wording;
}

/** A namespace for Badge statics. */
export namespace Badge {
  /** The options of a Badge. */
  export interface IOptions extends ILanguage {
    footprints: IFootprints;
    /** Null shows every badge. */
    preferences: Pick<IPreferences, 'badge' | 'badgeThreshold' | 'changed'> | null;
  }
}

/** The renderer of records, also in untrusted notebooks. */
export function badgeFactory(options: Badge.IOptions): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [MIME_TYPE],
    defaultRank: RANK,
    createRenderer: () => new Badge(options)
  };
}

/** The record with the settled figures, once the kernel has told them; itself as long as it has not. */
function settle(record: FootprintRecord, footprints: IFootprints): FootprintRecord {
  const summary = record.settled ? undefined : footprints.summary(record.id);
  if (!summary?.settled) {
    return record;
  }
  const { joules, low, high, measured_share, grams } = summary;
  const { emissions, energy } = record;
  // A summary has no range of the emissions: an end is that of the energy times a factor, which the record tells.
  return {
    ...record,
    settled: true,
    energy: { joules, low, high, measured_share },
    emissions: {
      ...emissions,
      grams,
      low: inProportion(emissions.low, energy.low, low),
      high: inProportion(emissions.high, energy.high, high)
    }
  };
}

/** What becomes of *grams* where *before* becomes *after*; null where it cannot be told. */
function inProportion(
  grams: number | null,
  before: number | null,
  after: number | null
): number | null {
  return grams === null || after === null || !before ? null : (grams / before) * after;
}
