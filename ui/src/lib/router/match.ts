export type Params = Readonly<Record<string, string>>;

/** The parameters when `path` fits `pattern` ("/order/:orderId"), otherwise undefined. */
export function match(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':') && value !== '') params[part.slice(1)] = decode(value);
    else if (part !== value) return undefined;
  }
  return params;
}

/** A hash as path and search: "#/register/x?again=y". A missing hash is the start page. */
export function parseHash(hash: string): { path: string; search: URLSearchParams } {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?');
  const trimmed = path.replace(/\/+$/, '');
  return { path: trimmed === '' ? '/' : trimmed, search: new URLSearchParams(search) };
}

/** A person may type anything into an address: a broken escape stays as it was written. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
