// Where this page lives: a proxy may put a path before every address, so none is written as if the
// page stood at the root. The server's addresses begin with "/" and mean its own root.
export function at(path) {
  const url = new URL(`..${path}`, import.meta.url);
  return url.pathname + url.search + url.hash;
}

/** The addresses of pictures by hash, as this page can use them. */
export const located = (links) => Object.fromEntries(Object.entries(links ?? {}).map(([hash, path]) => [hash, at(path)]));
