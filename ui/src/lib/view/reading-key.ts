const MIRRORED: Readonly<Record<string, string>> = {
  ArrowLeft: 'ArrowRight',
  ArrowRight: 'ArrowLeft',
};

/** The key that means the same where one reads from left to right: right is always onward. */
export function readingKey({ key, target }: KeyboardEvent): string {
  const isMirrored = target instanceof Element && getComputedStyle(target).direction === 'rtl';
  return (isMirrored && MIRRORED[key]) || key;
}
