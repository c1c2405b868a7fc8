// Asks a store for JSON. Its answer is a secret, so nothing of it ends in an error; `response.json()` would quote it.

export async function json(url, headers) {
  const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(10_000) });
  const { origin } = new URL(url);
  if (!response.ok) throw new Error(`${origin} does not give the secret: ${response.status}`);
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${origin} answered something that is no JSON`);
  }
}
