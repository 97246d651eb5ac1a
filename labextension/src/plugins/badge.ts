import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator } from '@jupyterlab/translation';

import { badgeFactory } from '../badge';
import { languageOf } from '../language';
import { IPreferences } from '../preferencetokens';
import { IFootprints } from '../tokens';

/** Shows each cell's footprint below it. */
export const badge: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-green:badge',
  description: 'The line below a cell that tells its energy and emissions.',
  autoStart: true,
  requires: [IFootprints, IRenderMimeRegistry],
  optional: [ITranslator, IPreferences],
  activate: (
    _: JupyterFrontEnd,
    footprints: IFootprints,
    registry: IRenderMimeRegistry,
    translator: ITranslator | null,
    preferences: IPreferences | null
  ) => {
    registry.addFactory(
      badgeFactory({ ...languageOf(translator, preferences), footprints, preferences })
    );
  }
};
