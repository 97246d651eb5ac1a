import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { NotebookActions } from '@jupyterlab/notebook';

import { saveFigures } from '../metadata';
import { IPreferences } from '../preferencetokens';

/** Writes each cell's figures into its metadata, if the user switched that on. */
export const metadata: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-green:metadata',
  description: "Saves a cell's energy and emissions in its metadata.",
  autoStart: true,
  requires: [IPreferences],
  activate: (_: JupyterFrontEnd, preferences: IPreferences) => {
    NotebookActions.executed.connect((_, { notebook, cell }) => {
      if (preferences.saveInMetadata && notebook.model && !notebook.model.readOnly) {
        saveFigures(cell.model);
      }
    });
  }
};
