/** ESLint rule: words that a person reads come from the catalogues, never from a component. */
const WORDS = /\p{L}{2,}/u;
const READ_ALOUD = new Set(['alt', 'aria-label', 'aria-description', 'label', 'placeholder', 'title']);

export const catalogueTexts = {
  meta: { type: 'problem', schema: [], messages: { text: 'Put this text into messages/*.json.' } },
  create(context) {
    return {
      SvelteText(node) {
        const inside = node.parent?.type;
        if (inside === 'SvelteStyleElement' || inside === 'SvelteScriptElement') return;
        if (WORDS.test(node.value)) context.report({ node, messageId: 'text' });
      },
      'SvelteAttribute > SvelteLiteral'(node) {
        if (READ_ALOUD.has(node.parent.key.name) && WORDS.test(node.value))
          context.report({ node, messageId: 'text' });
      },
    };
  },
};
