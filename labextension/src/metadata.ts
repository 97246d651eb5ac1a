import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import { JSONExt, type PartialJSONObject } from '@lumino/coreutils';

import { recordsOf } from './document';
import type { FootprintRecord } from './protocol';

/** The name under which a cell's figures stand in its metadata. */
export const METADATA = 'jupyter_green';

/**
 * Write the figures of a cell's record into its metadata, or take out those of an earlier run if it has none.
 *
 * Nothing is written that stands there already: each change makes the notebook one that has to be saved.
 */
export function saveFigures(cell: ICellModel): void {
  if (cell.type !== 'code') {
    return;
  }
  const record = recordsOf(cell as ICodeCellModel).pop();
  const before = cell.getMetadata(METADATA) as PartialJSONObject | undefined;
  if (!record) {
    if (before !== undefined) {
      cell.deleteMetadata(METADATA);
    }
    return;
  }
  const figures = figuresOf(record);
  if (before === undefined || !JSONExt.deepEqual(before, figures)) {
    cell.setMetadata(METADATA, figures);
  }
}

function figuresOf({ duration_s, emissions, energy, id, started }: FootprintRecord) {
  const { grams, low, high } = emissions;
  return { id, started, duration_s, energy: { ...energy }, emissions: { grams, low, high } };
}
