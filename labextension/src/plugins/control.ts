import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commandids';
import { languageOf } from '../language';
import { confirmReset } from '../reset';
import { IFootprints } from '../tokens';

/** Lets the user control the metering of the current kernel. */
export const control: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-green:control',
  description: 'Commands that meter a kernel, pause and resume that, and start a new total.',
  autoStart: true,
  requires: [IFootprints],
  optional: [ITranslator, ICommandPalette],
  activate: (
    { commands }: JupyterFrontEnd,
    footprints: IFootprints,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ) => {
    const { trans } = languageOf(translator);
    const isReady = () => footprints.control?.isReady ?? false;
    const metering = () => {
      const view = footprints.current?.view;
      return view?.origin === 'live' ? view.metering : null;
    };
    commands.addCommand(CommandIDs.load, {
      label: trans.__('Meter This Kernel'),
      caption: trans.__('Load the extension jupyter_green into the current kernel'),
      isEnabled: () => {
        const kind = footprints.current?.kernel.obstacle?.kind;
        return isReady() && metering() === null && kind !== 'language';
      },
      execute: async () => {
        await footprints.control?.request('load');
      }
    });
    commands.addCommand(CommandIDs.pause, {
      label: trans.__('Pause Metering'),
      caption: trans.__('Do not meter the cells of the current kernel until told otherwise'),
      isToggleable: true,
      isToggled: () => metering() === 'off',
      isEnabled: () => isReady() && metering() !== null,
      execute: async () => {
        await footprints.control?.request(metering() === 'off' ? 'resume' : 'pause');
      }
    });
    commands.addCommand(CommandIDs.reset, {
      label: trans.__('Start a New Total…'),
      caption: trans.__('Let the total of the current kernel begin again at nothing'),
      isEnabled: () => isReady() && metering() !== null,
      execute: async () => {
        const asked = footprints.control;
        if (asked && (await confirmReset(trans))) {
          await asked.request('reset');
        }
      }
    });
    const all = [CommandIDs.load, CommandIDs.pause, CommandIDs.reset];
    const update = () => all.forEach(command => commands.notifyCommandChanged(command));
    footprints.currentChanged.connect(update);
    footprints.summariesChanged.connect(update);
    for (const command of all) {
      palette?.addItem({ command, category: trans.__('Footprint') });
    }
  }
};
