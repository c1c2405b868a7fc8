// Pages as text. Whatever is put into `html` is escaped, unless `html` made it; `false` and what is not there are nothing.

class Html {
  constructor(text) {
    this.text = text;
  }
}

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(escaped).join('');
  if (value === undefined || value === null || value === false) return '';
  return String(value).replace(/[&<>"']/g, (character) => escapes[character]);
}

export const html = (texts, ...values) => new Html(String.raw({ raw: texts }, ...values.map(escaped)));

/** Answers with a page. */
export function send(response, status, title, content, headers = {}) {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/page.css">
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(page.text);
}
