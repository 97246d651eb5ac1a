import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commandids';
import { leafIcon } from '../icon';
import { languageOf } from '../language';
import { reportTab } from '../report';
import { IFootprints } from '../tokens';

/** Opens the report of the current kernel in a tab. */
export const report: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-green:report',
  description: "The command that opens the current kernel's report.",
  autoStart: true,
  requires: [IFootprints],
  optional: [ITranslator, ICommandPalette],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    footprints: IFootprints,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ) => {
    const { trans } = languageOf(translator);
    commands.addCommand(CommandIDs.report, {
      label: trans.__('Footprint Report'),
      caption: trans.__('Open tables and charts of the energy of the current kernel'),
      icon: leafIcon,
      isEnabled: () =>
        (footprints.control?.isReady ?? false) && footprints.current?.view?.origin === 'live',
      execute: async () => {
        const name = footprints.currentWidget?.title.label ?? '';
        const reply = await footprints.control?.request('report');
        if (reply?.html) {
          shell.add(reportTab(reply.html, trans.__('Footprint of %1', name)), 'main');
        } else if (reply) {
          Notification.warning(
            reply.error
              ? trans.__('The kernel made no report: %1', reply.error)
              : trans.__('The kernel made no report.')
          );
        }
      }
    });
    const update = () => commands.notifyCommandChanged(CommandIDs.report);
    footprints.currentChanged.connect(update);
    footprints.summariesChanged.connect(update);
    palette?.addItem({ command: CommandIDs.report, category: trans.__('Footprint') });
  }
};
