import type { TranslationBundle } from '@jupyterlab/translation';

/** What one piece of work is called: the names of our own counters are translated, the users' own stand as they are. */
export function unitName(unit: string, trans: TranslationBundle): string {
  switch (unit) {
    case 'token':
      return trans.__('token');
    case 'image':
      return trans.__('image');
    case 'sample':
      return trans.__('sample');
    case 'step':
      return trans.__('step');
    case 'fit':
      return trans.__('fit');
    default:
      return unit;
  }
}
