import { nullTranslator, type ITranslator, type TranslationBundle } from '@jupyterlab/translation';

import { Quantities } from './quantities';
import type { IUnits } from './preferencetokens';

/** The words and numbers of the interface's language. */
export interface ILanguage {
  readonly trans: TranslationBundle;
  readonly quantities: Quantities;
}

/** The words and numbers of the interface's language; English where there is no translator. */
export function languageOf(translator: ITranslator | null, units: IUnits | null = null): ILanguage {
  const known = translator ?? nullTranslator;
  const trans = known.load('jupyter_green');
  const { languageCode } = known;
  return { trans, quantities: new Quantities({ languageCode, trans, units: units ?? undefined }) };
}
