/** The path that Fumetto is published below, beginning and ending with a slash; the server writes it into `<base>`. */
export const basePath = new URL(document.baseURI).pathname.replace(/[^/]*$/, "");

/** The address of an API path such as `series`, for requests and for links that a browser follows itself. */
export function apiUrl(path: string): string {
  return `${basePath}api/v1/${path.replace(/^\//, "")}`;
}

/** An address that the API handed out, made to work below the base path whether or not the API knew of it. */
export function assetUrl(url: string): string {
  if (!url.startsWith("/")) return url.includes(":") ? url : `${basePath}${url}`;
  return url.startsWith(basePath) ? url : `${basePath}${url.slice(1)}`;
}

/** An address that another device can use. */
export function absoluteUrl(path: string): string {
  return new URL(`${basePath}${path.replace(/^\//, "")}`, document.baseURI).href;
}
