import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';

const GRAMMARS: Readonly<Record<string, string>> = {
  'source.yaml': 'test/fixtures/grammars/yaml.tmLanguage.json',
  'source.yaml.1.2': 'test/fixtures/grammars/yaml-1.2.tmLanguage.json',
  'source.yaml.1.1': 'test/fixtures/grammars/yaml-1.1.tmLanguage.json',
  'source.yaml.embedded': 'test/fixtures/grammars/yaml-embedded.tmLanguage.json',
  'podstress.stresschaos.document': 'syntaxes/stresschaos-document.tmLanguage.json',
  'podstress.stresschaos.values': 'syntaxes/stresschaos-values.tmLanguage.json',
  'text.podstress.oom-report': 'syntaxes/oom-report.tmLanguage.json',
};
const INJECTIONS = ['podstress.stresschaos.document', 'podstress.stresschaos.values'];

let wasm: Promise<void> | null = null;

async function loadGrammar(scopeName: string): Promise<IGrammar> {
  wasm ??= oniguruma.loadWASM(
    new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm')))
      .buffer,
  );
  await wasm;
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (name) => {
      const path = GRAMMARS[name];
      return path === undefined ? null : textmate.parseRawGrammar(readFileSync(path, 'utf8'), path);
    },
    getInjections: (name) => (name === 'source.yaml' ? INJECTIONS : undefined),
  });
  const grammar = await registry.loadGrammar(scopeName);
  if (grammar === null) throw new Error(`no grammar ${scopeName}`);
  return grammar;
}

/** Every token of a text with its scopes, as VS Code's own tokenizer gives them. */
export async function tokenize(
  scopeName: string,
  text: string,
): Promise<{ text: string; scopes: string[] }[]> {
  const grammar = await loadGrammar(scopeName);
  const tokens: { text: string; scopes: string[] }[] = [];
  let state = textmate.INITIAL;
  for (const line of text.split('\n')) {
    const result = grammar.tokenizeLine(line, state);
    state = result.ruleStack;
    for (const token of result.tokens) {
      tokens.push({ text: line.slice(token.startIndex, token.endIndex), scopes: token.scopes });
    }
  }
  return tokens;
}
