import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker } from '@jupyterlab/notebook';

import { Footprints } from '../footprints';
import { IFootprints } from '../tokens';
import { Whereabouts } from '../whereabouts';

/** Follows the footprints of the open notebooks and consoles. */
export const footprints: JupyterFrontEndPlugin<IFootprints> = {
  id: 'jupyter-green:footprints',
  description: 'Keeps the energy and emissions of each open notebook and console.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IConsoleTracker],
  provides: IFootprints,
  activate: (
    { shell }: JupyterFrontEnd,
    notebooks: INotebookTracker,
    consoles: IConsoleTracker | null
  ) => {
    const whereabouts = new Whereabouts({ shell, notebooks, consoles });
    return new Footprints({ notebooks, consoles, whereabouts });
  }
};
