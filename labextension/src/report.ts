import { MainAreaWidget } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

import { leafIcon } from './icon';

/**
 * A page that a kernel made, in a tab of its own, which it fills.
 *
 * It may run its own scripts, but sees nothing of the page around it.
 */
export function reportTab(html: string, title: string): MainAreaWidget {
  const content = new Widget({ node: document.createElement('iframe') });
  content.addClass('jp-green-report-tab');
  const frame = content.node as HTMLIFrameElement;
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.title = title;
  frame.srcdoc = unframed(html);
  const tab = new MainAreaWidget({ content });
  tab.title.label = title;
  tab.title.icon = leafIcon;
  tab.title.closable = true;
  tab.toolbar.hide();
  return tab;
}

/** The page itself, where the kernel framed it for a cell's output; parsing alone runs and loads nothing. */
function unframed(html: string): string {
  const frame = new DOMParser().parseFromString(html, 'text/html').querySelector('iframe');
  return frame?.srcdoc || html;
}
