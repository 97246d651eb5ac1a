import { expect, test } from '@jest/globals';

import { countChanges, lineDiff } from '../src/linediff';

/** "  a", "- b", "+ c": one line each, as people write differences. */
function written(before: string, after: string): string[] {
  return lineDiff(before, after).flatMap(hunk =>
    hunk.isSame
      ? hunk.before.map(line => `  ${line}`)
      : [...hunk.before.map(line => `- ${line}`), ...hunk.after.map(line => `+ ${line}`)]
  );
}

test('a changed line stands between those that stay', () => {
  expect(written('a\nb\nc', 'a\nB\nc')).toEqual(['  a', '- b', '+ B', '  c']);
});

test('what stays in the midst is found', () => {
  const before = 'import torch\nfor x in data:\n    step(x)\n    log()\nprint()';
  const after = 'import torch\nwith autocast():\n    step(x)\n    log()\nprint(1)';
  expect(written(before, after)).toEqual([
    '  import torch',
    '- for x in data:',
    '+ with autocast():',
    '      step(x)',
    '      log()',
    '- print()',
    '+ print(1)'
  ]);
});

test.each([
  ['a\na', 'a', ['  a', '- a']],
  ['a', 'a\na', ['  a', '+ a']],
  ['', 'a', ['- ', '+ a']],
  ['a', 'a', ['  a']],
  ['a\n', 'a', ['  a', '- ']]
])('%j becomes %j', (before, after, lines) => {
  expect(written(before, after)).toEqual(lines);
});

test('very long texts are compared only at their ends', () => {
  const lines = (of: string) => Array.from({ length: 3000 }, (_, n) => `${of} ${n}`).join('\n');
  const hunks = lineDiff(`head\n${lines('a')}\ntail`, `head\n${lines('b')}\ntail`);
  expect(hunks.map(({ isSame }) => isSame)).toEqual([true, false, true]);
  expect(countChanges(hunks)).toEqual({ removed: 3000, added: 3000 });
});
