/** Where the page's two files are, as the webview reaches them, and what it is called. */
export interface PageParts {
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly nonce: string;
  readonly language: string;
  readonly title: string;
}

/**
 * The panel's page: nothing but one script and one style sheet of ours, both by nonce. The toolkit reads its nonce
 * from the meta element.
 */
export function pageHtml({ scriptUri, styleUri, nonce, language, title }: PageParts): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" nonce="${nonce}" href="${escaped(styleUri)}">
</head>
<body>
<main id="panel"></main>
<script nonce="${nonce}" src="${escaped(scriptUri)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
