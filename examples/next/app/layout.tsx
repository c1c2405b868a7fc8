import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import '../../page.css';

// An icon that is none, or browsers ask for /favicon.ico.
export const metadata: Metadata = { title: 'Verify a document', icons: 'data:,' };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <main>{children}</main>
      </body>
    </html>
  );
}
