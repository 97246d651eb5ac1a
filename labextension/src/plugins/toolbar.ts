import {
  ILabShell,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { CommandToolbarButton } from '@jupyterlab/ui-components';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { CommandIDs } from '../commandids';

/** The button's name in the toolbar. */
const NAME = 'jupyter-green';

/** Opens the panel from the notebook's toolbar where no side bar shows its icon: in Notebook 7. */
export const toolbar: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-green:toolbar',
  description: 'The button in the toolbar of Notebook 7 that shows the panel.',
  autoStart: true,
  optional: [ILabShell],
  activate: ({ commands, docRegistry }: JupyterFrontEnd, labShell: ILabShell | null) => {
    if (labShell) {
      return;
    }
    docRegistry.addWidgetExtension('Notebook', {
      createNew: (panel: NotebookPanel) => {
        const button = new CommandToolbarButton({ commands, id: CommandIDs.open, label: '' });
        if (!panel.toolbar.insertBefore('spacer', NAME, button)) {
          panel.toolbar.addItem(NAME, button);
        }
        return button;
      }
    });
  }
};
