import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commandids';
import { languageOf } from '../language';
import { StatusItem, StatusModel } from '../statusbar';
import { IPreferences } from '../preferencetokens';
import { IFootprints } from '../tokens';

/** Between what Jupyter itself shows on the right, and the middle. */
const RANK = 10;

/** Shows the power now and the total in the status bar. */
export const statusbar: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-green:status',
  description: 'The item in the status bar with power and energy.',
  autoStart: true,
  requires: [IFootprints],
  optional: [IStatusBar, ITranslator, IPreferences],
  activate: (
    { commands }: JupyterFrontEnd,
    footprints: IFootprints,
    bar: IStatusBar | null,
    translator: ITranslator | null,
    preferences: IPreferences | null
  ) => {
    if (!bar) {
      return;
    }
    const language = languageOf(translator, preferences);
    const model = new StatusModel({ ...language, footprints, preferences });
    const toggle = () => {
      if (commands.hasCommand(CommandIDs.open)) {
        void commands.execute(CommandIDs.open);
      }
    };
    bar.registerStatusItem(statusbar.id, {
      item: new StatusItem(model, { ...language, toggle }),
      align: 'right',
      rank: RANK,
      isActive: () => model.text !== '',
      activeStateChanged: model.stateChanged
    });
  }
};
