/** The settings of the language; a unit test holds them against package.json. */
export const LanguageSettings = {
  version: 'podstress.chaosMesh.version',
  inlayHints: 'podstress.inlayHints.enabled',
  liveDiagnostics: 'podstress.liveDiagnostics.enabled',
  schemaContributor: 'podstress.yamlSchemaContributor.enabled',
} as const;
