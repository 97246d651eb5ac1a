import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { inOrder } from './components';
import type { FootprintRecord } from './protocol';
import type { Quantities } from './quantities';
import { MIME_TYPE } from './recorded';
import type { IFootprints } from './tokens';
import { read } from './validate';
import { Wording } from './wording';

/** Before text/plain, which every record carries for other frontends. */
const RANK = 50;

/**
 * One cell's footprint, as a line below it.
 */
export class Badge extends Widget implements IRenderMime.IRenderer {
  constructor(options: Badge.IOptions) {
    super();
    this.addClass('jp-green-badge');
    this.node.setAttribute('role', 'note');
    this._footprints = options.footprints;
    this._quantities = options.quantities;
    this._trans = options.trans;
    this._wording = new Wording(options);
  }

  /** Show the record of an output. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._footprints.summariesChanged.disconnect(this._refresh, this);
    this._record = read('FootprintRecord', model.data[MIME_TYPE]);
    if (!this._record) {
      this._show(this._trans.__('A footprint that this version of jupyter-green cannot read.'));
    } else {
      this.node.dataset.recordId = this._record.id;
      this._refresh();
      if (!this._record.settled) {
        this._footprints.summariesChanged.connect(this._refresh, this);
      }
    }
    return Promise.resolve();
  }

  private _refresh(): void {
    if (!this._record) {
      return;
    }
    const settled = settle(this._record, this._footprints);
    const trans = this._trans;
    const joules = settled.energy.joules;
    this._show(this._line(settled), [
      this._line(settled),
      this._wording.status(settled.status),
      this._wording.measured(settled.energy.measured_share),
      ...inOrder(Object.entries(settled.components), ([name]) => name).map(
        ([name, { method, source }]) =>
          trans.__(
            '%1: %2 (%3)',
            this._wording.component(name),
            source,
            this._wording.method(method)
          )
      ),
      joules === null
        ? ''
        : this._wording.place(settled.emissions.intensity, settled.emissions.pue),
      settled.settled
        ? trans.__('Settled figure')
        : trans.__('First estimate: a counter had not refreshed yet')
    ]);
  }

  private _line(record: FootprintRecord): string {
    const { components, duration_s, emissions, energy, status, work } = record;
    const quantities = this._quantities;
    const { joules } = energy;
    const parts = inOrder(Object.entries(components), ([name]) => name);
    // Not of the energy, which may have been settled since.
    const whole = parts.reduce((sum, [, part]) => sum + (part.joules ?? 0), 0);
    const shares = parts.flatMap(([name, part]) =>
      whole > 0 && part.joules !== null
        ? `${this._wording.shortComponent(name)} ${quantities.percent(part.joules / whole)}`
        : []
    );
    const amount = quantities.text(
      quantities.energy({ value: joules, low: energy.low, high: energy.high })
    );
    const grams = quantities.text(quantities.emissions({ value: emissions.grams }));
    return [
      joules === null ? this._trans.__('⚡ energy unknown') : `⚡ ${amount}`,
      emissions.grams === null ? this._trans.__('CO₂e unknown') : `${grams} CO₂e`,
      quantities.duration(duration_s),
      work && joules !== null && work.amount > 0
        ? quantities.perUnit(joules / work.amount, work.unit)
        : '',
      shares.join(' '),
      status === 'ok' ? '' : this._wording.status(status)
    ]
      .filter(part => part)
      .join(' · ');
  }

  /** Only ever as text: a record may come from anybody's notebook. */
  private _show(line: string, details: readonly string[] = []): void {
    const words = details.filter(detail => detail);
    this.node.textContent = line;
    this.node.title = words.slice(1).join('\n');
    this.node.setAttribute('aria-label', (words.length > 0 ? words : [line]).join('. '));
  }

  private readonly _footprints: IFootprints;
  private readonly _quantities: Quantities;
  private _record: FootprintRecord | null = null;
  private readonly _trans: TranslationBundle;
  private readonly _wording: Wording;
}

/** A namespace for Badge statics. */
export namespace Badge {
  /** The options of a Badge. */
  export interface IOptions {
    footprints: IFootprints;
    quantities: Quantities;
    trans: TranslationBundle;
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

/** The record with the settled figures, once the kernel has told them. */
function settle(record: FootprintRecord, footprints: IFootprints): FootprintRecord {
  const summary = record.settled ? undefined : footprints.summary(record.id);
  if (!summary?.settled) {
    return record;
  }
  const { joules, low, high, measured_share, grams } = summary;
  return {
    ...record,
    settled: true,
    energy: { joules, low, high, measured_share },
    emissions: { ...record.emissions, grams }
  };
}
