/**
 * Parameters that give access to whoever holds the address: tokens, signatures, and the parameter families of
 * signed links (S3, Google Cloud Storage, CloudFront, Azure, Akamai).
 */
const SECRET_PARAMETER =
  /token|signature|secret|passw|credential|jwt|hmac|api-?key|access-?key|^x-amz-|^x-goog-|(^|[-_.])(key|sig|auth|policy|session|pwd|md5|hdnea|hdnts|hdntl)($|[-_.])/i;

/** An address as it may stand in results and logs: no user name, no password, no secret parameters, no fragment. */
export const publicUrl = (address: string): string | null => {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  url.username = '';
  url.password = '';
  url.hash = '';
  for (const name of [...url.searchParams.keys()]) {
    if (SECRET_PARAMETER.test(name)) url.searchParams.delete(name);
  }
  return url.href;
};
