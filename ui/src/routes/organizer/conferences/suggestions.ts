/** A web name to begin with; what a web name may be, the core says. */
export function suggestedSlug(name: string): string {
  return name
    .replaceAll('ß', 'ss')
    .replaceAll('&', ' and ')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replace(/^-+|-+$/g, '');
}
