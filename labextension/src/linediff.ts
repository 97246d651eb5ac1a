/** Lines that stand in both texts, or lines of one with what stands for them in the other. */
export interface IHunk {
  readonly isSame: boolean;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Where more lines than this squared would have to be compared, all between the first and last change is one. */
const MOST = 1000;

/** What differs between two texts, line by line, from top to bottom. */
export function lineDiff(before: string, after: string): IHunk[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const head = shared(a, b, index => index);
  const rest = Math.min(a.length, b.length) - head;
  const tail = Math.min(
    rest,
    shared(a, b, (index, { length }) => length - 1 - index)
  );
  return [
    ...same(a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...same(a.slice(a.length - tail))
  ];
}

/** How many lines were taken away, and how many came instead. */
export function countChanges(hunks: readonly IHunk[]): { removed: number; added: number } {
  const changed = hunks.filter(({ isSame }) => !isSame);
  return {
    removed: changed.reduce((sum, { before }) => sum + before.length, 0),
    added: changed.reduce((sum, { after }) => sum + after.length, 0)
  };
}

/** How many lines are the same from one end on. */
function shared(
  a: readonly string[],
  b: readonly string[],
  at: (index: number, lines: readonly string[]) => number
): number {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a[at(count, a)] === b[at(count, b)]) {
    count++;
  }
  return count;
}

function same(lines: readonly string[]): IHunk[] {
  return lines.length > 0 ? [{ isSame: true, before: lines, after: lines }] : [];
}

/** The longest common subsequence of lines, with what lies between. */
function middle(a: readonly string[], b: readonly string[]): IHunk[] {
  if (a.length === 0 && b.length === 0) {
    return [];
  }
  if (a.length * b.length > MOST ** 2) {
    return [{ isSame: false, before: a, after: b }];
  }
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        a[i] === b[j]
          ? longest[(i + 1) * width + j + 1] + 1
          : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const hunks: { isSame: boolean; before: string[]; after: string[] }[] = [];
  const hunk = (isSame: boolean) => {
    const last = hunks[hunks.length - 1];
    if (last && last.isSame === isSame) {
      return last;
    }
    const next = { isSame, before: [], after: [] };
    hunks.push(next);
    return next;
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      const { before, after } = hunk(true);
      before.push(a[i++]);
      after.push(b[j++]);
    } else if (
      j === b.length ||
      (i < a.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1])
    ) {
      hunk(false).before.push(a[i++]);
    } else {
      hunk(false).after.push(b[j++]);
    }
  }
  return hunks;
}
