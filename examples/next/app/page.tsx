// A page that asks the route. Being in the browser, it has no client and no key: importing @ananke/sdk here ends the build.

'use client';

import { useState, type FormEvent } from 'react';

export default function Page() {
  const [said, setSaid] = useState('');

  async function ask(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reference = String(new FormData(event.currentTarget).get('reference'));
    try {
      const response = await fetch(`/api/verify?${new URLSearchParams({ reference })}`);
      const { verdict, mode, issuer, recipientName, error } = await response.json();
      const words = [mode === 'test' ? 'TEST' : '', verdict ?? error, recipientName, issuer];
      setSaid(words.filter(Boolean).join(' · '));
    } catch {
      setSaid('try_again_later');
    }
  }

  return (
    <>
      <h1>Verify a document</h1>
      <form onSubmit={ask}>
        <label htmlFor="reference">Reference</label>
        <input id="reference" name="reference" placeholder="TRF-…" required autoComplete="off" spellCheck={false} />
        <button>Verify</button>
      </form>
      <p role="status">{said}</p>
    </>
  );
}
