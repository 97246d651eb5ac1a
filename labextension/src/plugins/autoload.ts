import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { IPreferences } from '../preferencetokens';
import { IFootprints } from '../tokens';

/** Meters each new Python kernel, if the user switched that on. */
export const autoload: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-green:autoload',
  description: 'Loads the extension jupyter_green into each Python kernel that starts.',
  autoStart: true,
  requires: [IFootprints, IPreferences],
  activate: (_: JupyterFrontEnd, footprints: IFootprints, preferences: IPreferences) => {
    footprints.unmetered.connect((_, control) => {
      if (preferences.autoload) {
        void control.request('load');
      }
    });
  }
};
